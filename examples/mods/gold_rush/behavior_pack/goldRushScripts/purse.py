# -*- coding: utf-8 -*-
"""What one player owns: in the cloud, and what is not stored yet."""
from config import GOLD, BAG, GOODS


class Purse(object):

	def __init__(self, uid):
		self.uid = uid
		self.here = True
		self.known = False  # whether the cloud was read
		self.gold, self.bag = 0, {}  # in the cloud, as far as this room knows
		self.dug = 0  # since the last save
		self.orders = []  # bought, and not delivered yet
		self.sent = None  # the gold and the order of the save that is on the way

	def Take(self, rows):
		"""What the cloud holds: a key that was never set is not among the rows."""
		for row in rows:
			if row["key"] == GOLD:
				self.gold = row["value"]
			elif row["key"] == BAG:
				self.bag = row["value"]

	def Buy(self, order):
		"""Remembers an order, unless it waits here already."""
		if order["cmd"] not in GOODS:
			raise ValueError, "no product has the command %r" % order["cmd"]
		if not filter(lambda one: one["order_id"] == order["order_id"], self.orders):
			self.orders.append(order)

	def Send(self):
		"""Puts gold and the first order on the way; tells whether there is anything."""
		if not self.known or self.sent or not (self.dug or self.orders):
			return False
		self.sent = (self.dug, self.orders[0] if self.orders else None)
		self.dug = 0
		return True

	def Entries(self):
		"""All that is to be stored. It is asked again after a conflict, when Take has brought newer values."""
		dug, order = self.sent
		gold, things = GOODS[order["cmd"]] if order else (0, {})
		bag = dict(self.bag)
		for name, count in things.iteritems():
			bag[name] = bag.get(name, 0) + count
		return [{"key": GOLD, "value": self.gold + dug + gold}, {"key": BAG, "value": bag}]

	def Arrived(self):
		"""It is stored; returns the order that was delivered with it."""
		order = self.sent[1]
		self.sent = None
		if order:
			self.orders.remove(order)
		return order

	def Delivered(self):
		"""Another room delivered the order, so nothing of this save was stored: the gold goes with the next one."""
		self.orders.remove(self.sent[1])
		self.Back()

	def Back(self):
		"""Nothing was stored: all of it waits for another save."""
		self.dug += self.sent[0]
		self.sent = None
