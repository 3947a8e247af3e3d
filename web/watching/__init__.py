"""What whoever looks after the service can watch: numbers, logs, and whether it is ready."""
