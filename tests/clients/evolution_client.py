# SPDX-License-Identifier: Apache-2.0
"""A calendar program on Evolution Data Server, told what to do on its standard input; run by the system's own Python.

Each line is a JSON list of a command and its arguments; each is answered by one line, `{"value": ...}` or
`{"error": message}`, as a person would be shown it. Needs python3-gi and gir1.2-ecal-2.0 (Debian), which are in no
virtual environment. The password is given when the source asks for it, and kept in no keyring.
"""

import json
import sys
import time
from collections import namedtuple
from threading import Event, Thread

import gi

gi.require_version("EDataServer", "1.2")
gi.require_version("ECal", "2.0")
from gi.repository import ECal, EDataServer, Gio, GLib, GObject, ICalGLib  # noqa: E402 - only after the versions are chosen

NOTHING = ECal.OperationFlags.NONE
ALL = ECal.ObjModType.ALL
SERVICES = ("org.gnome.evolution.dataserver.Sources", "org.gnome.evolution.dataserver.Calendar")
"""Their names on the bus, without the number of their interface, which differs by version."""
AT_ONCE = 2**32 - 1
"""Do not wait for a connection: there is none before the password."""
WITHIN = 30.0
Opened = namedtuple("Opened", "source client asked alerts")


class Program:
    """The registry of sources and the calendars that are open, by their names."""

    def __init__(self):
        _until("the services are not on the bus", _services_are_there)
        self.registry = EDataServer.SourceRegistry.new_sync(None)
        self.calendars = {}

    def open(self, name, port, user, path, keep):
        """Add a CalDAV calendar as an account and open it; `keep` is its option to have a copy for offline use.

        Until `log_in` there is no connection, and what is saved is kept here.
        """
        source = EDataServer.Source.new(None, None)
        source.set_display_name(name)
        source.set_parent("caldav-stub")
        source.get_extension("Calendar").set_backend_name("caldav")
        login = source.get_extension("Authentication")
        login.set_host("127.0.0.1")
        login.set_port(port)
        login.set_user(user)
        login.set_method("plain/password")
        source.get_extension("WebDAV Backend").set_resource_path(path)
        source.get_extension("Security").set_method("none")
        source.get_extension("Offline").set_stay_synchronized(keep)
        self.registry.commit_source_sync(source, None)
        known = _until("the registry does not know the source", lambda: self.registry.ref_source(source.get_uid()))
        asked, alerts = Event(), []
        known.connect("credentials-required", lambda *_: asked.set())
        client = _until("the factory does not know the source", lambda: _client(known))
        # ECal.Client has a `connect` of its own
        GObject.Object.connect(client, "backend-error", lambda _client, message: alerts.append(message))
        self.calendars[name] = Opened(known, client, asked, alerts)

    def log_in(self, name, user, password):
        """Give the password when it is asked for, and wait until there is a connection."""
        opened = self.calendars[name]
        given = EDataServer.NamedParameters.new()
        given.set("username", user)
        given.set("password", password)
        assert opened.asked.wait(WITHIN), "no password is asked for"
        opened.source.invoke_authenticate_sync(given, None)
        connected = EDataServer.SourceConnectionStatus.CONNECTED
        _until("there is no connection", lambda: opened.source.get_connection_status() == connected)

    def alerts(self, name):
        """What a person was told beside the answers to their own commands."""
        return self.calendars[name].alerts

    def create(self, name, text):
        """Save a new event; its UID."""
        return self.calendars[name].client.create_object_sync(_event(text), NOTHING, None)[1]

    def move(self, name, uid, days):
        """Take the event as it is here and save it so many days later."""
        client = self.calendars[name].client
        event = client.get_object_sync(uid, None, None)[1]
        begin, end = event.get_dtstart(), event.get_dtend()
        begin.adjust(days, 0, 0, 0)
        end.adjust(days, 0, 0, 0)
        event.set_dtstart(begin)
        event.set_dtend(end)
        client.modify_object_sync(event, ALL, NOTHING, None)

    def retitle(self, name, uid, title):
        """Save it with another title."""
        client = self.calendars[name].client
        event = client.get_object_sync(uid, None, None)[1]
        event.set_summary(title)
        client.modify_object_sync(event, ALL, NOTHING, None)

    def answer(self, name, uid, address):
        """Accept: save it with another PARTSTAT for the one with this address."""
        client = self.calendars[name].client
        event = client.get_object_sync(uid, None, None)[1]
        kind = ICalGLib.PropertyKind.ATTENDEE_PROPERTY
        one = event.get_first_property(kind)
        while one.get_attendee() != f"mailto:{address}":
            one = event.get_next_property(kind)
        one.set_parameter(ICalGLib.Parameter.new_partstat(ICalGLib.ParameterPartstat.ACCEPTED))
        client.modify_object_sync(event, ALL, NOTHING, None)

    def copy(self, name, uid, new):
        """Save it once more under another UID."""
        client = self.calendars[name].client
        event = client.get_object_sync(uid, None, None)[1]
        event.set_uid(new)
        client.create_object_sync(event, NOTHING, None)

    def uid(self, name):
        """The identifier of the calendar's source, by which other programs open it."""
        return self.calendars[name].source.get_uid()

    def remove(self, name, uid):
        """Delete it."""
        self.calendars[name].client.remove_object_sync(uid, None, ALL, NOTHING, None)

    def refresh(self, name):
        """Look on the server for what is new; it goes on behind."""
        self.calendars[name].client.refresh_sync(None)

    def events(self, name):
        """What a calendar view would be given."""
        found = self.calendars[name].client.get_object_list_as_comps_sync("#t", None)[1]
        return [event.get_as_string() for event in found]


def _services_are_there():
    bus = Gio.bus_get_sync(Gio.BusType.SESSION, None)
    path, name = "/org/freedesktop/DBus", "org.freedesktop.DBus"
    answer = bus.call_sync(name, path, name, "ListNames", None, None, Gio.DBusCallFlags.NONE, -1, None)
    return all(any(one.startswith(service) for one in answer.unpack()[0]) for service in SERVICES)


def _until(otherwise, look):
    """What `look` finds as soon as it finds anything."""
    until = time.monotonic() + WITHIN
    while not (found := look()):
        assert time.monotonic() < until, otherwise
        time.sleep(0.02)
    return found


def _client(source):
    try:
        return ECal.Client.connect_sync(source, ECal.ClientSourceType.EVENTS, AT_ONCE, None)
    except GLib.Error as error:
        if "No such source" in error.message:  # the registry has told us and not yet the factory
            return None
        raise


def _event(text):
    return ICalGLib.Component.new_from_string(text).get_first_component(ICalGLib.ComponentKind.VEVENT_COMPONENT)


def _serve(loop):
    try:
        program = Program()
        for line in sys.stdin:
            command, *words = json.loads(line)
            try:
                answer = {"value": getattr(program, command)(*words)}
            except GLib.Error as error:
                answer = {"error": error.message}
            print(json.dumps(answer), flush=True)
    finally:
        loop.quit()


if __name__ == "__main__":
    main = GLib.MainLoop()
    serving = Thread(target=_serve, args=(main,))
    serving.start()
    main.run()
    serving.join()
