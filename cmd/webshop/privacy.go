package main

import (
	"context"
	"errors"
	"os"

	"acme.example/webshop/surfaces/operatorclient"
)

// privacyCommand hands over and erases what the shop has of a person.
type privacyCommand struct {
	Export privacyExportCommand `cmd:"" help:"Print all that is stored about a person's orders, as JSON."`
	Erase  privacyEraseCommand  `cmd:"" help:"Erase the personal data of a person's orders that have ended."`

	Erasures   privacyErasuresCommand   `cmd:"" help:"List which orders are erased, without anything personal; keep it beside the backups."`
	EraseAgain privacyEraseAgainCommand `cmd:"" help:"Erase the orders of such a list again, after a restore."`
}

// personFlags name a person.
type personFlags struct {
	Email string `help:"Orders with this mail address." xor:"who" required:""`
	Phone string `help:"Orders with this telephone number, as the order has it." xor:"who" required:""`
	Order int64  `help:"This order alone." xor:"who" required:""`
}

func (p personFlags) person() operatorclient.Person {
	return operatorclient.Person{Email: p.Email, Phone: p.Phone, OrderID: p.Order}
}

type privacyExportCommand struct {
	personFlags  `embed:""`
	privateFlags `embed:""`
}

func (c *privacyExportCommand) Run(ctx context.Context) error {
	return c.client().ExportPerson(ctx, c.person())
}

type privacyEraseCommand struct {
	personFlags `embed:""`
	Reason      string `help:"Why. It is kept; write nothing personal."`
	DryRun      bool   `help:"Only tell which orders there are."`

	privateFlags `embed:""`
}

// Help is shown by webshop privacy erase -h.
func (privacyEraseCommand) Help() string {
	return `Orders that are under way are left, and named: erase them when they have ended. What is erased does not come back. The books,
the counts and the accounts at the partners stay as they are.`
}

// Validate wants a reason.
func (c privacyEraseCommand) Validate() error {
	if c.Reason == "" {
		return errors.New("expected --reason: it is kept with your name")
	}
	return nil
}

func (c *privacyEraseCommand) Run(ctx context.Context) error {
	return c.client().ErasePerson(ctx, c.person(), c.Reason, c.DryRun)
}

type privacyErasuresCommand struct {
	privateFlags `embed:""`
}

// Help is shown by webshop privacy erasures -h.
func (privacyErasuresCommand) Help() string {
	return `One JSON object in each line: the order's number and reference, and when it was erased. Nothing of it tells whose the order was.
Save it where a restore does not reach it, as often as a backup is made; webshop privacy erase-again reads it.`
}

func (c *privacyErasuresCommand) Run(ctx context.Context) error { return c.client().Erasures(ctx) }

type privacyEraseAgainCommand struct {
	File string `arg:"" help:"The list, as webshop privacy erasures prints it." type:"existingfile"`

	privateFlags `embed:""`
}

// Help is shown by webshop privacy erase-again -h.
func (privacyEraseAgainCommand) Help() string {
	return `A restored database has again what was erased after its backup was made. Run this as soon as the shop is started on it. What is
erased already stays so, and orders that the database does not have are passed over, so an old and a long list do no harm.`
}

func (c *privacyEraseAgainCommand) Run(ctx context.Context) error {
	list, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer list.Close()
	return c.client().EraseAgain(ctx, list)
}
