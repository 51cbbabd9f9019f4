"""A TCP proxy on loopback, before a server of the MySQL protocol: it delays, cuts, swallows, and knows a COMMIT.

As a program, `python proxy.py PORT MILLISECONDS`, it delays both directions, prints its own port, and ends with its input.
Benchmarks start it like that, so that it shares no interpreter with what is measured.
"""

import collections
import heapq
import itertools
import select
import selectors
import socket
import struct
import sys
import threading
import time

if __package__:
    from .commands import Commands
else:
    from commands import Commands

CHUNK_BYTES = 256 * 1024
LOSE_COMMIT, HOLD_COMMIT = "lose_commit", "hold_commit"
LOSE_ANSWER, HOLD_ANSWER = "lose_answer", "hold_answer"
READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE
END = b""


class Pipe:
    """One direction of a connection."""

    def __init__(self, link, source, sink):
        self.link, self.source, self.sink = link, source, sink
        self.due = 0.0  # of the last that was delayed: nothing overtakes it
        self.delayed = 0
        self.unsent = collections.deque()  # what the sink would not take yet


class Link:
    """One client's connection, and the one to the server behind it."""

    def __init__(self, client, server):
        self.up, self.down = Pipe(self, client, server), Pipe(self, server, client)
        self.sides = {client: self.up, server: self.down}
        self.commands = Commands()
        self.fault = None
        self.kept = []  # what the client sent since a COMMIT that is held


class Proxy:
    """Passes connections on to a port of loopback; also a context manager.

    `delay`: seconds that each direction takes. `commits`: COMMITs that came so far. `failed`: those that were made to fail.
    `clients`: connections that came so far. Each may be read or set at any moment.
    """

    def __init__(self, target, delay=0.0):
        self.target, self.delay = target, delay
        self.commits = self.failed = self.clients = 0
        self.is_held = self.is_refusing = self.is_closed = False
        self.faults = collections.deque()
        self.links = {}
        self.later, self.ticket = [], itertools.count()
        self.requests = collections.deque()
        self.selector = selectors.SelectSelector()  # epoll knows whole milliseconds only
        self.waker, self.woken = socket.socketpair()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.port = self.listener.getsockname()[1]
        self.selector.register(self.listener, READ)
        self.selector.register(self.woken, READ)
        self.thread = threading.Thread(target=self.run, name="proxy", daemon=True)
        self.thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    def url(self, url):
        """A server's URL, with this proxy in the place of the server."""
        return url.replace(f":{self.target}/", f":{self.port}/")

    def fail_commit(self, fault, times=1, skip=0):
        """What happens to the next COMMITs, after `skip` of them, `times` times.

        `LOSE_COMMIT`: the connection breaks before the server hears of it. `HOLD_COMMIT`: it hears of it at
        `let_commits_go()`, whatever has become of the client. `LOSE_ANSWER`: the server has answered, and the
        connection breaks before the client hears of it. `HOLD_ANSWER`: the same, but the connection stays, silent.
        """
        self.call(lambda: self.faults.extend([None] * skip + [fault] * times))

    def let_commits_go(self):
        """The servers hear of the COMMITs that were held."""
        self.call(lambda: [self.let_go(link) for link in self.all_links()])

    def let_go(self, link):
        link.fault = None
        for data in filter(None, link.kept):  # a client that is gone ends the link when it is answered
            self.send_later(link.up, data)
        link.kept.clear()

    def cut(self):
        """Breaks every connection, now. New ones are welcome."""
        self.call(lambda: [self.end(link) for link in self.all_links()])

    def refuse(self, refusing=True):
        """New connections are reset at once; `refuse(False)` ends that."""
        self.is_refusing = refusing

    def hold(self, held=True):
        """Nothing passes in any direction, connections stay open; `hold(False)` lets everything pass, late."""
        self.call(lambda: setattr(self, "is_held", held))

    def close(self):
        """Breaks every connection, and listens no more."""
        if not self.is_closed:
            self.call(lambda: setattr(self, "is_closed", True))
            self.thread.join()

    def call(self, request):
        """Runs something in the proxy's thread, and waits for it."""
        done = threading.Event()
        self.requests.append((request, done))
        self.waker.send(b"!")
        assert done.wait(120), "the proxy's thread is gone"

    def all_links(self):
        return set(self.links.values())

    def run(self):
        """The proxy's thread."""
        while not self.is_closed:
            if self.is_held:
                select.select([self.woken], [], [])
                self.serve()
                continue
            self.send_due()
            for key, events in self.selector.select(self.patience()):
                if key.fileobj is self.listener:
                    self.accept()
                elif key.fileobj is self.woken:
                    self.serve()
                elif key.fileobj in self.links:
                    self.ready(key.fileobj, events)
        for link in self.all_links():
            self.end(link)
        for owned in (self.listener, self.waker, self.woken, self.selector):
            owned.close()

    def serve(self):
        """Runs what other threads asked for."""
        self.woken.recv(4096)
        while self.requests:
            request, done = self.requests.popleft()
            request()
            done.set()

    def patience(self):
        """Seconds until something is to be sent; None when nothing is."""
        return max(0.0, self.later[0][0] - time.monotonic()) if self.later else None

    def accept(self):
        """Connects a new client to the server, or sends it away."""
        client, _ = self.listener.accept()
        self.clients += 1
        try:
            if self.is_refusing:
                raise ConnectionRefusedError
            server = socket.create_connection(("127.0.0.1", self.target))
        except OSError:
            reset(client)
            return
        link = Link(client, server)
        for side in link.sides:
            side.setblocking(False)
            side.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.links[side] = link
            self.selector.register(side, READ)

    def end(self, link):
        """Breaks a connection on both sides."""
        for side in link.sides:
            self.leave(side)

    def leave(self, side):
        """Breaks one side of a connection."""
        if self.links.pop(side, None):
            self.selector.unregister(side)
            reset(side)

    def ready(self, side, events):
        """One side has sent something, or takes again what it would not take before."""
        link = self.links[side]
        try:
            if events & WRITE:
                self.send_unsent(link.up if side is link.up.sink else link.down)
            if events & READ:
                self.take(link, side)
        except BlockingIOError:
            return
        except OSError:
            self.end(link)

    def take(self, link, side):
        """Passes on what one side sent, unless a fault wants something else."""
        data = side.recv(CHUNK_BYTES)
        if side is link.up.source:
            if link.commands.feed(data):
                link.fault = self.next_fault()
            if link.fault == LOSE_COMMIT:
                self.end(link)
            elif link.fault == HOLD_COMMIT:
                link.kept.append(data)
                if data == END:  # the client is gone, and the server must not know
                    self.leave(side)
            else:
                self.send_later(link.up, data)
            return
        if data:
            link.commands.answer(data)
        if link.fault == LOSE_ANSWER:
            self.end(link)
        elif link.fault != HOLD_ANSWER:
            self.send_later(link.down, data)

    def next_fault(self):
        """A COMMIT has come: what happens to it."""
        self.commits += 1
        fault = self.faults.popleft() if self.faults else None
        self.failed += fault is not None
        return fault

    def send_later(self, pipe, data):
        """Sends after the delay; at once without one."""
        if self.delay or pipe.delayed:
            pipe.due = max(pipe.due, time.monotonic() + self.delay)
            pipe.delayed += 1
            heapq.heappush(self.later, (pipe.due, next(self.ticket), pipe, data))
        else:
            self.send(pipe, data)

    def send_due(self):
        """Sends everything whose time has come."""
        while self.later and self.later[0][0] <= time.monotonic():
            _, _, pipe, data = heapq.heappop(self.later)
            pipe.delayed -= 1
            if pipe.sink in self.links:
                try:
                    self.send(pipe, data)
                except OSError:
                    self.end(pipe.link)

    def send(self, pipe, data):
        """Sends, as much as the other side takes; the rest waits for it. Nothing to send is the end."""
        pipe.unsent.append(data)
        if len(pipe.unsent) == 1:
            self.send_unsent(pipe)

    def send_unsent(self, pipe):
        """Sends what waits."""
        while pipe.unsent:
            data = pipe.unsent[0]
            if data == END:
                self.end(pipe.link)
                return
            try:
                sent = pipe.sink.send(data)
            except BlockingIOError:
                self.selector.modify(pipe.sink, READ | WRITE)
                return
            if sent < len(data):
                pipe.unsent[0] = memoryview(data)[sent:]
            else:
                pipe.unsent.popleft()
        self.selector.modify(pipe.sink, READ)


def reset(side):
    """Closes a socket so that the other end sees a broken connection."""
    side.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    side.close()


def main(target, milliseconds):
    with Proxy(int(target), float(milliseconds) / 1000) as proxy:
        print(proxy.port, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
