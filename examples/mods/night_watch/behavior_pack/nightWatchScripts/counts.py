# -*- coding: utf-8 -*-
"""How many of each kind one player killed: in the cloud, on the way there, and since."""
import json
from config import TARGETS


class Counts(object):

	def __init__(self):
		self.stored = {}  # in the cloud, as far as this room knows
		self.sent = {}  # on the way
		self.fresh = {}  # not sent yet

	def Kill(self, kind):
		if not self.fresh.has_key(kind):
			self.fresh[kind] = 0
		self.fresh[kind] += 1

	def Take(self, extra):
		"""What the cloud holds, by its extra."""
		try:
			self.stored = json.loads(extra) if extra else {}
		except ValueError, error:
			print "no counts in %r: %s" % (extra, error)
			self.stored = {}

	def Wanted(self, kills):
		"""Those of the kills that still count, beside what the cloud holds."""
		wanted = {}
		for kind, count in kills.iteritems():
			count = min(count, TARGETS[kind] - self.stored.get(kind, 0))
			if count > 0:
				wanted[kind] = count
		return wanted

	def Send(self):
		"""Moves what counts onto the way; returns how many."""
		self.sent, self.fresh = self.Wanted(self.fresh), {}
		return sum(self.sent.values())

	def Extra(self):
		"""The text to be stored: what is there, and what is on the way."""
		counts = dict(self.stored)
		for kind, count in self.sent.items():
			counts[kind] = counts.get(kind, 0) + count
		return json.dumps(counts, sort_keys=True)

	def Arrived(self):
		self.Take(self.Extra())
		self.sent = {}

	def Back(self):
		"""Nothing was stored: what was on the way waits for another upload."""
		for kind, count in self.sent.items():
			self.fresh[kind] = self.fresh.get(kind, 0) + count
		self.sent = {}

	def Total(self):
		return sum(self.stored.values())
