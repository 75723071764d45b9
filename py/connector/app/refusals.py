"""The sentences for errors of signing in, of the licence, and of versions that do not fit.

The same form as in `connector.app.sentences`.
"""

from __future__ import annotations

from collections.abc import Mapping

from connector.app.language import N_

_PARTNER = N_(
    "Ask your CRM administrator or vtenext partner to install and license it. Nothing can be linked until then."
)

_AGAIN = N_("Sign in again; what was begun goes on then.")

REFUSALS: Mapping[str, tuple[str, str]] = {
    # Who signs in
    "sign-in-refused": (
        N_("The CRM did not accept this user name and password. The same answer comes when the user is locked."),
        N_(
            "Check both, capital letters included. If the password is right, ask your administrator whether the "
            "user is active and not locked."
        ),
    ),
    "sign-in-needed": (
        N_("The CRM does not accept your sign-in any more."),
        N_("Sign in again; what was begun goes on then."),
    ),
    "session-ended": (
        N_("Your sign-in has ended."),
        _AGAIN,
    ),
    "session-ended:expired": (N_("Your sign-in has ended: the CRM lets one last for a limited time."), _AGAIN),
    "session-ended:revoked": (N_("Your sign-in on this device was ended, by you or by an administrator."), _AGAIN),
    "session-ended:inactive": (
        N_("Your user was deactivated in the CRM."),
        N_("Ask your CRM administrator to activate it. What was begun waits for you while the pane is open."),
    ),
    "session-ended:password_changed": (
        N_("Your password in the CRM was changed, which ends every sign-in."),
        N_("Sign in with the new password; what was begun goes on then."),
    ),
    "session-ended:access_key_renewed": (
        N_("Your access key in the CRM was renewed, which ends every sign-in."),
        _AGAIN,
    ),
    "session-ended:policy": (N_("The CRM's rules for sign-ins have changed, and yours has ended."), _AGAIN),
    "password-wrong": (
        N_("The CRM did not accept this user name and password."),
        N_("Check both, capital letters included. After five failures the CRM makes you wait longer each time."),
    ),
    "user-inactive": (
        N_("This user is deactivated in the CRM."),
        N_("Ask your CRM administrator to activate it, or sign in as another user."),
    ),
    "too-many-attempts": (
        N_("Too many sign-ins failed, so the CRM takes no more for a while. Seconds to wait: {seconds}."),
        N_("Wait, then try again. Ask your administrator if you are not sure of the password."),
    ),
    "code-wrong": (
        N_("The CRM did not accept this code. Attempts left: {remaining}."),
        N_("Enter the newest code. If it fails again, begin the sign-in once more to get another one."),
    ),
    "code-expired": (
        N_("This code has expired: a code is valid for a minute."),
        N_("Sign in once more to get a new one."),
    ),
    "code-stays": (
        N_("The CRM sends a new code at most every few seconds; the one that you have still holds."),
        N_("Enter it, or wait a moment and ask for another one."),
    ),
    "grant-refused": (
        N_("The sign-in page's answer came too late, or was used already, so the CRM did not accept it."),
        N_("Sign in once more."),
    ),
    # The CRM's own sign-in page
    "page": (
        N_("The sign-in page of {host} did not lead back to the pane."),
        N_("Sign in once more. If it happens again, ask your administrator."),
    ),
    "page-blocked": (
        N_("The window with the sign-in page could not be opened."),
        N_("Allow pop-up windows for this page, then try again."),
    ),
    "page-closed": (
        N_("The sign-in window was closed before the sign-in was complete."),
        N_("Sign in once more when you are ready."),
    ),
    "page-foreign": (
        N_("The sign-in window brought an answer that the pane had not asked for. It was thrown away."),
        N_("Sign in once more. If it happens again, tell your administrator."),
    ),
    "page-of-other-crm": (
        N_("The answer in the sign-in window did not come from {host}, the CRM that was asked. It was thrown away."),
        N_(
            "Check the CRM's address. If it is right, tell your administrator: another server may be after your "
            "sign-in, or the CRM's component is too old."
        ),
    ),
    "page-not-offered": (
        N_("This user has to sign in on the CRM's own page, which {host} does not offer to the pane."),
        N_("Ask your administrator to switch the sign-in page on in the CRM's menu “Outlook Mail Connector”."),
    ),
    "other-address": (
        N_("The CRM at {host} says that its own address is {address}. Only there can its sign-in page be used."),
        N_("Enter that address and sign in once more, if you know it as your CRM's. Otherwise ask your administrator."),
    ),
    # The component on the CRM
    "component": (
        N_("The Mail Connector component on {host} does not let the pane work."),
        N_("Ask your CRM administrator."),
    ),
    "component-missing": (N_("The Mail Connector component is not installed on {host}, or is switched off."), _PARTNER),
    "licence-missing": (
        N_("The Mail Connector has no active licence on {host}."),
        N_("Ask your CRM administrator to activate it in the CRM's menu “Outlook Mail Connector”."),
    ),
    "licence-expired": (
        N_("The licence of the Mail Connector on {host} has ended ({until})."),
        N_("Ask your CRM administrator to renew it. What is linked already stays in the CRM."),
    ),
    "no-seat": (
        N_("All seats of the Mail Connector's licence on {host} are taken ({seats})."),
        N_("Ask your CRM administrator to free a seat or to extend the licence."),
    ),
    "pane-too-old": (
        N_("This pane (version {pane}) is older than the CRM accepts (from version {wanted})."),
        N_("Close and open the pane to load the newest. If that does not help, its host has to be updated."),
    ),
    "pane-too-new": (
        N_("This pane (version {pane}) is newer than the CRM's component knows (up to version {wanted})."),
        N_("Ask your CRM administrator to update the Mail Connector component (now version {component})."),
    ),
}
