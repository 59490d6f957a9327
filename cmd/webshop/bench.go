package main

import (
	"context"
	"os"
	"time"

	"acme.example/webshop/app"
	"acme.example/webshop/evidence/bench"
)

type benchCommand struct {
	Concurrency int           `default:"64" help:"Customers of the closed loop: each orders again when it has its answer."`
	Rate        float64       `default:"0" help:"Orders per second of an open loop, whatever the shop answers; latencies count from the planned time. 0 is the closed loop." placeholder:"N"`
	Overload    bool          `help:"After the closed loop, an open loop at three times what it acknowledged."`
	OverloadFor time.Duration `help:"How long the overload lasts. Default: three times --duration." placeholder:"DURATION"`
	After       int           `name:"overload-after" help:"Orders that the shop finishes before the overload, from a closed loop." placeholder:"N"`
	Half        bool          `help:"After the closed loop, an open loop at half of what it finished: for latencies."`
	Warmup      time.Duration `default:"5s" help:"How long orders come before anything is measured."`
	Duration    time.Duration `default:"20s" help:"How long each load lasts."`
	Drain       time.Duration `default:"60s" help:"How long after a load all orders may take to end."`
	// No environment: a shop's address in WEBSHOP_PUBLIC_URL must not be enough to put load on it.
	PublicURL    string     `name:"public-url" help:"Public listener of a shop that runs already. Default: starts one, with an empty database." placeholder:"URL" env:"-"`
	PrivateURL   string     `name:"private-url" default:"http://127.0.0.1:8081" help:"Private listener of that shop."`
	PrivateToken app.Secret `help:"Token of an operator of that shop." placeholder:"@FILE"`
	Binary       string     `help:"The shop to start. Default: this one." type:"existingfile" placeholder:"FILE"`
	DatabaseURL  app.Secret `name:"database-url" help:"An empty PostgreSQL database for the shop that is started. Default: an SQLite file." placeholder:"@FILE" env:"-"`
	Stored       int        `default:"0" help:"Finished orders that its database has before: copies of one that it finished." placeholder:"N"`
	Waiting      int        `default:"0" help:"How many of them have an event that is to be published again when it starts." placeholder:"N"`
	Dir          string     `help:"Folder on the disk to be measured. Default: that of temporary files." type:"existingdir" placeholder:"FOLDER"`
	Profiles     string     `help:"Write profiles of the shop under the first load into this folder, for 'go tool pprof': cpu, allocs, mutex, block." type:"existingdir" placeholder:"FOLDER"`
	NoLimits     bool       `help:"Leave out the limits of the machine."`
	JSON         bool       `name:"json" help:"Print the report as JSON, and nothing else."`
}

// Help is shown by webshop bench -h.
func (benchCommand) Help() string {
	return `Starts a shop as a process of its own, orders from it as fast as it goes over real HTTP, and follows each order until
its delivery is booked and every subscriber is done. Beside it, it measures what this machine could do: fdatasyncs per
second, and the floor: a bare loop that writes the rows of such orders. All are test orders. The exit code is 0 only
if every acknowledged order ended.`
}

func (c *benchCommand) Run(ctx context.Context) (err error) {
	if c.Binary == "" {
		if c.Binary, err = os.Executable(); err != nil {
			return err
		}
	}
	_, err = bench.Run(ctx, bench.Config{
		Binary: c.Binary, PublicURL: c.PublicURL, PrivateURL: c.PrivateURL, Token: string(c.PrivateToken), Dir: c.Dir,
		Database: string(c.DatabaseURL), Stored: c.Stored, Waiting: c.Waiting,
		Concurrency: c.Concurrency, Rate: c.Rate, Half: c.Half, Overload: c.Overload, OverloadFor: c.OverloadFor, After: c.After, Warmup: c.Warmup, Duration: c.Duration, Drain: c.Drain,
		Profiles: c.Profiles, NoLimits: c.NoLimits, JSON: c.JSON, Out: os.Stdout,
	})
	return err
}
