# SPDX-License-Identifier: Apache-2.0
"""Thunderbird with a profile of its own, its windows on a screen, told what to do by its Marionette protocol."""

from __future__ import annotations

import json
import socket
import subprocess
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from pathlib import Path

WITHIN = 90.0
USER_JS = """\
user_pref("marionette.port", PORT);
user_pref("app.update.enabled", false);
user_pref("app.donation.eoy.version.viewed", 9999);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("datareporting.policy.dataSubmissionPolicyBypassNotification", true);
user_pref("mail.rights.version", 1);
user_pref("mail.provider.suppress_dialog_on_startup", true);
user_pref("mail.shell.checkDefaultClient", false);
user_pref("mail.spotlight.firstRunDone", true);
user_pref("mailnews.start_page.enabled", false);
user_pref("mailnews.start_page_override.mstone", "ignore");
user_pref("calendar.timezone.local", "Europe/Berlin");
user_pref("calendar.timezone.useSystemTimezone", false);
user_pref("intl.locale.requested", "LOCALE");
user_pref("font.size.systemFontScale", 100);
user_pref("mail.in-app-notifications.enabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
"""
PRELUDE = """
const {cal} = ChromeUtils.importESModule("resource:///modules/calendar/calUtils.sys.mjs");
const {CalEvent} = ChromeUtils.importESModule("resource:///modules/CalEvent.sys.mjs");
const main = Services.wm.getMostRecentWindow("mail:3pane");
const sleep = ms => new Promise(done => main.setTimeout(done, ms));
const until = async (look, what) => {
  for (let n = 0; n < 600; n++) { const found = await look(); if (found) return found; await sleep(100); }
  throw new Error("never: " + what);
};
"""

OPEN = """
const [name, url, realm, user, password] = args;
const Info = Components.Constructor("@mozilla.org/login-manager/loginInfo;1", "nsILoginInfo", "init");
await Services.logins.addLoginAsync(new Info(new URL(url).origin, null, realm, user, password, "", ""));
const made = cal.manager.createCalendar("caldav", Services.io.newURI(url));
made.name = name;
made.id = cal.getUUID();
made.setProperty("username", user);
made.setProperty("cache.enabled", true);
cal.manager.registerCalendar(made);
globalThis.opened = globalThis.opened || {};
globalThis.opened[name] = cal.manager.getCalendarById(made.id);
"""
EVENT = """
const [name, uid, wanted] = args;
return until(async () => {
  const found = await opened[name].getItem(uid);
  if (found?.icalString.replace(/\\r\\n /g, "").includes(wanted)) return found.icalString;
  opened[name].refresh();
  await sleep(500);
}, uid + " with " + wanted);
"""
FIND = (
    "const find = part => Array.from(Services.wm.getEnumerator(null)).find(w => w.document.documentURI.includes(part));"
)
VIEW = f"""
{FIND}
main.openEventDialogForViewing(await opened[args[0]].getItem(args[1]));
const summary = await until(() => find("summary-dialog"), "the window");
const dialog = await until(() => summary.document.querySelector("dialog"), "its dialog");
"""
SHOWN = f"""
{VIEW}
const body = () => summary.document.querySelector(".item-description")?.contentDocument?.body;
await until(() => body()?.textContent, "a description");
return body().innerText;
"""
EDIT = f"""
{VIEW}
await sleep(500);
dialog.getButton("accept").click();
const panel = () => find("event-dialog")?.document.querySelector("iframe")?.contentDocument;
const editor = () => panel()?.getElementById("item-description")?.contentDocument?.body;
await until(() => panel()?.getElementById("item-title")?.value && editor()?.textContent, "the event in the window");
await sleep(500);
return editor().innerText;
"""
NOTE = f"""
{FIND}
const inner = find("event-dialog").document.querySelector("iframe").contentDocument;
const edited = inner.getElementById("item-description").contentDocument;
edited.getSelection().collapse(edited.body, 0);
edited.execCommand("insertHTML", false, "<b>Note.</b> ");
await sleep(500);
"""
SAVE = f"""
{FIND}
const open = find("event-dialog");
const title = open.document.querySelector("iframe").contentDocument.getElementById("item-title");
title.value = args[0];
title.dispatchEvent(new open.Event("input", {{bubbles: true}}));
open.document.getElementById("button-saveandclose").click();
await until(() => !find("event-dialog"), "the end of the window");
"""
MAIL = """
const {MailUtils} = ChromeUtils.importESModule("resource:///modules/MailUtils.sys.mjs");
const {FileUtils} = ChromeUtils.importESModule("resource://gre/modules/FileUtils.sys.mjs");
main.resizeTo(960, 960);
const file = new FileUtils.File(args[0]);
MailUtils.openEMLFile(main, file, Services.io.newFileURI(file));
await sleep(5000);
"""
MOVE = """
const before = await opened[args[0]].getItem(args[1]);
const after = before.clone();
for (const name of ["startDate", "endDate"]) {
  const moved = after[name].clone();
  moved.day += args[2];
  after[name] = moved;
}
await opened[args[0]].modifyItem(after, before);
"""
ANSWER = """
const before = await opened[args[0]].getItem(args[1]);
const after = before.clone();
const mine = before.getAttendeeById(args[2]).clone();
mine.participationStatus = "ACCEPTED";
after.removeAttendee(after.getAttendeeById(args[2]));
after.addAttendee(mine);
await opened[args[0]].modifyItem(after, before);
"""
COPY = """
const copy = (await opened[args[0]].getItem(args[1])).clone();
copy.id = args[2];
await opened[args[0]].addItem(copy);
"""


class Thunderbird:
    """A running Thunderbird; `with` ends it."""

    def __init__(self, folder: Path, environment: dict[str, str], port: int, locale: str = "en-US") -> None:
        profile = folder / "profile"
        profile.mkdir(parents=True)
        preferences = USER_JS.replace("PORT", str(port)).replace("LOCALE", locale)
        (profile / "user.js").write_text(preferences, encoding="ascii")
        words = ["thunderbird", "--marionette", "--remote-allow-system-access", "--no-remote", "--profile", profile]
        self._log = folder / "thunderbird.log"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                list(map(str, words)), env={**environment, "HOME": str(folder)}, stdout=log, stderr=log
            )
        until, connection = time.monotonic() + WITHIN, None
        while connection is None:
            assert time.monotonic() < until, self._log.read_text("utf-8", "replace")
            with suppress(OSError):
                connection = socket.create_connection(("127.0.0.1", port), WITHIN)
            time.sleep(0.1)
        self._connection, self._answers, self._count = connection, connection.makefile("rb"), 0
        self._next()
        self._call("WebDriver:NewSession", capabilities={})
        self._call("Marionette:SetContext", value="chrome")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._answers.close()
        self._connection.close()
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _next(self) -> Any:
        length = b""
        while (one := self._answers.read(1)) != b":":
            assert one, self._log.read_text("utf-8", "replace")
            length += one
        return json.loads(self._answers.read(int(length)))

    def _call(self, name: str, **parameters: object) -> Any:
        self._count += 1
        message = json.dumps([0, self._count, name, parameters]).encode()
        self._connection.sendall(b"%d:%s" % (len(message), message))
        *_, error, answer = self._next()
        assert not error, error
        return answer

    def run(self, script: str, *words: object) -> Any:
        """What the body of an async function returns, which has `words` as `args`, with `cal`, `main` and `until`."""
        body = (
            "const done = arguments[arguments.length - 1]; const args = Array.from(arguments).slice(0, -1);"
            f"(async () => {{ {PRELUDE} {script} }})().then(value => done(JSON.stringify([value ?? null])),"
            " error => done(JSON.stringify({error: error + ' ' + error?.stack})));"
        )
        answer = self._call(
            "WebDriver:ExecuteAsyncScript", script=body, args=list(words), sandbox="default", newSandbox=False,
            scriptTimeout=120_000,
        )  # fmt: skip
        value = json.loads(answer["value"])
        assert isinstance(value, list), value
        return value[0]

    def open(self, name: str, url: str, realm: str, user: str, password: str) -> None:
        """Add a CalDAV calendar whose password is saved; a copy is kept, as is the default."""
        self.run(OPEN, name, url, realm, user, password)

    def close_windows(self) -> None:
        """All but the main one."""
        self.run("for (const one of Services.wm.getEnumerator(null)) if (one != main) one.close(); await sleep(500);")

    def event(self, name: str, uid: str, wanted: str = "") -> str:
        """The event as its calendar code has it, as soon as there is one with `wanted` in it."""
        found: str = self.run(EVENT, name, uid, wanted)
        return found

    def shown(self, name: str, uid: str) -> str:
        """The description in the window that shows an event."""
        text: str = self.run(SHOWN, name, uid)
        self.close_windows()
        return text

    def view(self, name: str, uid: str) -> None:
        """Open the window that shows an event."""
        self.run(f"{VIEW} await sleep(1500);", name, uid)

    def edit(self, name: str, uid: str) -> str:
        """Open the window that changes an event, by the button of the other one; the text of its description."""
        text: str = self.run(EDIT, name, uid)
        return text

    def save(self, title: str) -> None:
        """Put a title into the open window and press "Save and Close"."""
        self.run(SAVE, title)

    def note(self, name: str, uid: str, title: str) -> None:
        """Put a bold word before the description, and save it with another title."""
        self.edit(name, uid)
        self.run(NOTE)
        self.save(title)

    def mail(self, file: Path) -> None:
        """Open a message (RFC 5322) in the main window."""
        self.run(MAIL, str(file))

    def move(self, name: str, uid: str, days: int) -> None:
        """As by dragging the event in the calendar's view."""
        self.run(MOVE, name, uid, days)

    def answer(self, name: str, uid: str, address: str) -> None:
        """Accept, as the button does."""
        self.run(ANSWER, name, uid, f"mailto:{address}")

    def copy(self, name: str, uid: str, new: str) -> None:
        """Copy and paste."""
        self.run(COPY, name, uid, new)
