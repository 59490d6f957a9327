package simulation

import (
	"acme.example/webshop/database"
	"acme.example/webshop/order"
)

// bug is a mistake that is planted at a seam of the shop, to see that it is found.
type bug string

const none bug = ""

func (b bug) plant(*world, database.Store) {}

func (b bug) store(s database.Store) database.Store { return s }

func (b bug) payments(p order.Payments) order.Payments { return p }

func (b bug) dispatch(_ *life, _ *message, run func() bool, _ func()) bool { return run() }
