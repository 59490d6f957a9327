package main

import (
	"context"
	"errors"
	"os"
	"time"

	"acme.example/webshop/evidence/torture"
)

type tortureCommand struct {
	Kills     int           `default:"100" help:"How many lives of the shop end with SIGKILL."`
	PowerCuts int           `default:"0" help:"How many lives end with the power of their disk cut (root, Linux): a loop-mounted ext4 that drops all that was not synced."`
	Duration  time.Duration `default:"1h" help:"No life begins after that."`
	Drain     time.Duration `default:"12m" help:"How long after the last life all may take to come to rest."`
	Seed      uint64        `default:"1" help:"The same seed makes the same lives and customers."`
	Binary    string        `help:"The shop to torture; with crash points when it is built with the tag crashpoints. Default: built from the source tree in this folder." type:"existingfile" placeholder:"FILE"`
	Dir       string        `help:"Keeps data and logs of the run. Default: a temporary folder, kept when something is wrong." type:"path" placeholder:"FOLDER"`
	JSON      bool          `name:"json" help:"Print the report as JSON, and nothing else."`
}

// Help is shown by webshop torture -h.
func (tortureCommand) Help() string {
	return `Runs a shop of its own, orders as customers would, and kills it again and again: at random, at every crash point, with
its bus cut or wiped, its disk full or its power cut. The partners and the mail server outlive it and are the
witnesses. At the end nothing may be lost, doubled, charged twice or unbooked. The exit code is 0 only then; it is
2 when power cuts are asked for and not possible.`
}

func (c *tortureCommand) Run(ctx context.Context) error {
	_, err := torture.Run(ctx, torture.Config{
		Binary: c.Binary, Dir: c.Dir, Seed: c.Seed, Kills: c.Kills, PowerCuts: c.PowerCuts,
		Duration: c.Duration, Drain: c.Drain, JSON: c.JSON, Out: os.Stdout,
	})
	if errors.Is(err, torture.ErrNotPossible) {
		return exit{err, 2}
	}
	return err
}
