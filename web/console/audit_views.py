"""The view of the audit log."""

from flask import render_template

from web.console.audit_page import AuditParameters, audit_page
from web.console.views import console
from web.serving import serving


@console.get("/audit")
def audit(query: AuditParameters) -> str:
    """Show who changed what, the newest first."""
    return render_template("console/audit.html", page=audit_page(query, serving().store))
