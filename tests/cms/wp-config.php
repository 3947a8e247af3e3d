<?php
// What the tests' own WordPress is told: its database is a socket of the environment, its address
// the one that it is asked by.
define( 'DB_NAME', 'wordpress' );
define( 'DB_USER', 'root' );
define( 'DB_PASSWORD', '' );
define( 'DB_HOST', 'localhost:' . getenv( 'WORDPRESS_SOCKET' ) );
define( 'DB_CHARSET', 'utf8mb4' );
define( 'WP_HOME', 'http://' . ( $_SERVER['HTTP_HOST'] ?? getenv( 'WORDPRESS_HOST' ) ) );
define( 'WP_SITEURL', WP_HOME );
foreach ( array( 'AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE' ) as $name ) {
	define( $name . '_KEY', 'the tests own key' );
	define( $name . '_SALT', 'the tests own salt' );
}
define( 'DISABLE_WP_CRON', true );
define( 'AUTOMATIC_UPDATER_DISABLED', true );
// Nor does its editor look for plugins in a directory that it cannot reach.
define( 'DISALLOW_FILE_MODS', true );
define( 'WP_HTTP_BLOCK_EXTERNAL', true );
define( 'WP_ACCESSIBLE_HOSTS', '127.0.0.1' );
// This PHP is newer than that WordPress, which has things deprecated; nobody else's plugin may.
set_error_handler(
	function ( $level, $message, $file, $line ) {
		if ( 'backfile-blocks.php' === basename( $file ) ) {
			throw new ErrorException( $message, 0, $level, $file, $line );
		}
		return ! ( $level & ( E_ALL & ~E_DEPRECATED & ~E_USER_DEPRECATED ) );
	}
);
$table_prefix = 'wp_';
require ABSPATH . 'wp-settings.php';
