// Command webshop is the whole ACME webshop in one binary: it serves the shop, and has the tools to test and operate it.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

const description = `The ACME webshop: potted plants, from the order to the booked delivery.

Without a command it serves the whole shop on this machine: pages and API for customers on one listener,
GraphQL, console, mails and the partners' knobs for operators on another. Its flags: webshop serve -h.

Every flag can also be given in the environment (WEBSHOP_DATA_DIR for --data-dir) or in a YAML file named by
--config (data-dir: …). The flag wins over the environment, the environment over the file.`

// commands are the binary's commands.
type commands struct {
	Config kong.ConfigFlag `help:"YAML file with flags, by name." placeholder:"FILE"`

	Serve       serveCommand       `cmd:"" default:"withargs" help:"Serve the shop (the default)." group:"run"`
	Migrate     migrateCommand     `cmd:"" help:"Make or update the tables in PostgreSQL, as their owner, for a shop that runs as another user." group:"run"`
	Pages       pagesCommand       `cmd:"" help:"Write the pages as files, for a server near customers." group:"run"`
	Version     versionCommand     `cmd:"" help:"Print the version." group:"run"`
	Top         topCommand         `cmd:"" help:"What goes through a running shop, and what is wrong with it, in the terminal." group:"operate"`
	Order       orderCommand       `cmd:"" help:"What happened to an order of a running shop, and because of what." group:"operate"`
	Refund      refundCommand      `cmd:"" help:"Give money of an order of a running shop back." group:"operate"`
	Delivery    deliveryCommand    `cmd:"" help:"The delivery of an order: free times, book or change, cancel, report." group:"operate"`
	Books       booksCommand       `cmd:"" help:"The books: print reports, close a month, store exchange rates and payouts." group:"operate"`
	Stock       stockCommand       `cmd:"" help:"How many pieces of the counted products are left: list, change." group:"operate"`
	Privacy     privacyCommand     `cmd:"" help:"What is stored about a person: hand it over, or erase it." group:"operate"`
	Alerts      alertsCommand      `cmd:"" help:"What is wrong with a running shop, and what to do about it." group:"operate"`
	Ready       readyCommand       `cmd:"" help:"Whether a process of the shop takes requests." group:"operate"`
	Deadletters deadLettersCommand `cmd:"" name:"deadletters" help:"What could not be handled: list, show, replay, discard." group:"operate"`
	Rules       rulesCommand       `cmd:"" help:"What the business decides: check, activate and roll back its versions." group:"operate"`
	Audit       auditCommand       `cmd:"" help:"Prove or disprove, order by order, what the shop promises." group:"operate"`
	Backup      backupCommand      `cmd:"" help:"Copy the shop's data to a new folder, while the shop serves or not." group:"operate"`
	Restore     restoreCommand     `cmd:"" help:"Make a new data folder of a backup, encrypted or not." group:"operate"`
	Restored    restoredCommand    `cmd:"" help:"Tell a restored database that it is an older copy: numbers of lost orders are left out." group:"operate"`
	Import      importCommand      `cmd:"" help:"Bring in the orders of the system that the shop takes over from: a dump of its MySQL, or CSV." group:"operate"`
	Export      exportCommand      `cmd:"" help:"Print the orders as rows of the table that import reads, so that the old system can go on with them." group:"operate"`
	Systemtest  systemtestCommand  `cmd:"" help:"Order from a running shop as its customers would, and check that every order arrives." group:"prove"`
	Bench       benchCommand       `cmd:"" help:"Measure how fast a shop is, and how fast this machine would let it be." group:"prove"`
	Torture     tortureCommand     `cmd:"" help:"Kill a shop again and again while customers order, and prove that nothing is lost." group:"prove"`
	Partners    partnersCommand    `cmd:"" help:"Run the simulated third parties alone, for shops that are told their addresses." group:"prove"`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends at once
	parser, err := kong.New(&commands{},
		kong.Name("webshop"), kong.Description(description),
		kong.DefaultEnvars("WEBSHOP"),
		kong.Configuration(loadConfig), kong.Resolvers(environment{}),
		kong.ExplicitGroups([]kong.Group{
			{Key: "run", Title: "Run the shop:"}, {Key: "operate", Title: "Operate it:"}, {Key: "prove", Title: "Try and measure it:"},
		}),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.ShortUsageOnError(),
	)
	if err != nil {
		fmt.Fprintln(os.Stderr, "webshop:", err)
		os.Exit(2)
	}
	call, err := parser.Parse(os.Args[1:])
	parser.FatalIfErrorf(err)
	if err := call.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "webshop:", err)
		os.Exit(exitCode(err))
	}
}

// exitCode returns the error's own code, or 1.
func exitCode(err error) int {
	if own, ok := errors.AsType[interface {
		error
		ExitCode() int
	}](err); ok {
		return own.ExitCode()
	}
	return 1
}
