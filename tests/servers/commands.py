"""Reads along what a client sends to a server of the MySQL protocol, to know a COMMIT when it comes."""

HEADER_BYTES = 4  # three of length, one of sequence: 0 begins a command
LOOK_BYTES = 16  # of a packet are enough to know a COMMIT
COM_QUERY, COM_STMT_PREPARE, COM_STMT_EXECUTE = b"\x03", b"\x16", b"\x17"


class Commands:
    """The packets of one connection. It knows COMMIT as text and as a prepared statement."""

    def __init__(self):
        self.buffer = bytearray()
        self.skip = 0  # bytes of a packet that are still to come and of no interest
        self.preparing = False
        self.statements = set()

    def feed(self, data):
        """Takes what the client sent; does a COMMIT begin in it?"""
        self.buffer += data
        position, found = self.skip, False
        while position + HEADER_BYTES <= len(self.buffer):
            start = position + HEADER_BYTES
            length = int.from_bytes(self.buffer[position : position + 3], "little")
            look = start + min(length, LOOK_BYTES)
            if len(self.buffer) < look:
                break
            if self.buffer[start - 1] == 0:
                found |= self.is_commit(bytes(self.buffer[start:look]))
            position = start + length
        self.skip = max(0, position - len(self.buffer))
        del self.buffer[:position]
        return found

    def is_commit(self, packet):
        """Is this command a COMMIT?"""
        command, rest = packet[:1], packet[1:]
        is_text = rest.strip(b" ;").upper() == b"COMMIT"
        if command == COM_STMT_PREPARE:
            self.preparing = is_text
        return (command == COM_QUERY and is_text) or (
            command == COM_STMT_EXECUTE and rest[:4] in self.statements
        )

    def answer(self, data):
        """Takes what the server sent: after a prepared COMMIT, its number."""
        if self.preparing and data[HEADER_BYTES] == 0:
            self.statements.add(bytes(data[HEADER_BYTES + 1 : HEADER_BYTES + 5]))
        self.preparing = False
