package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"

	"acme.example/webshop/app"
)

type rulesCommand struct {
	privateFlags `embed:""`

	List     listRulesCommand     `cmd:"" default:"1" help:"List the versions, the newest first (the default)."`
	Show     showRulesCommand     `cmd:"" help:"Print the rules in force, or a version."`
	Print    printRulesCommand    `cmd:"" help:"Print the built-in rules, to begin with."`
	Schema   schemaRulesCommand   `cmd:"" help:"Print the JSON Schema of the rules, for editors."`
	Check    checkRulesCommand    `cmd:"" help:"Check a file, and tell all that is wrong with it. No shop is asked."`
	Try      tryRulesCommand      `cmd:"" help:"What would differ if the last orders had been made under a file, or a version that is kept."`
	Activate activateRulesCommand `cmd:"" help:"Activate a file as a new version, or a version that is kept."`
	Rollback rollbackRulesCommand `cmd:"" help:"Activate what was active before. Once more goes back further."`
}

// Help is shown by webshop rules -h.
func (rulesCommand) Help() string {
	return `The rules are one YAML text: catalog, markets, customer types, delivery, deadlines. Each text that was activated is
kept as a version, with who brought it and when. One version is in force; another one is within a second, in all processes, without
a restart. Orders keep the version that they were made under.`
}

type listRulesCommand struct{}

func (listRulesCommand) Run(ctx context.Context, all *commands) error {
	return all.Rules.client().Rules(ctx)
}

type showRulesCommand struct {
	Version int64 `arg:"" optional:"" help:"The version. Default: the one in force."`
}

func (c showRulesCommand) Run(ctx context.Context, all *commands) error {
	return all.Rules.client().ShowRules(ctx, c.Version)
}

type printRulesCommand struct {
	With []string `help:"Examples to lay over them: plants, canada, germany, b2g, weekend, fraud (docs/rules.md)." placeholder:"NAME,…"`
}

func (c printRulesCommand) Run() error {
	text, err := app.BuiltInRules(c.With...)
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(text)
	return err
}

type schemaRulesCommand struct{}

func (schemaRulesCommand) Run() error {
	schema, err := app.RulesSchema()
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(schema)
	return err
}

type checkRulesCommand struct {
	File string `arg:"" help:"The rules." type:"existingfile"`
}

func (c checkRulesCommand) Run() error {
	warnings, err := app.CheckRules(c.File)
	if err != nil {
		return err
	}
	for _, w := range warnings {
		fmt.Println("warning:", w)
	}
	_, err = fmt.Println(c.File, "holds valid rules.")
	return err
}

type tryRulesCommand struct {
	Rules string `arg:"" help:"A file, or the number of a version." placeholder:"FILE|N"`
	Last  int    `default:"1000" help:"How many orders, the newest; at most 10000." placeholder:"N"`
	Show  int    `default:"20" help:"How many orders that differ are listed." placeholder:"N"`
	JSON  bool   `name:"json" help:"Print all that differs as JSON."`
}

// Help is shown by webshop rules try -h.
func (tryRulesCommand) Help() string {
	return `Each of the last real orders is made again, from what its customer asked for and at its time, in the memory of the shop.
Nothing is stored and no one is asked. Limits of codes do not count.`
}

func (c tryRulesCommand) Run(ctx context.Context, all *commands) error {
	text, version, err := rulesOf(c.Rules)
	if err != nil {
		return err
	}
	return all.Rules.client().TryRules(ctx, text, version, c.Last, c.Show, c.JSON)
}

// rulesOf returns the text of a file, or the number of a version.
func rulesOf(name string) (text string, version int64, err error) {
	if version, err := strconv.ParseInt(name, 10, 64); err == nil && version > 0 {
		return "", version, nil
	}
	content, err := os.ReadFile(name)
	return string(content), 0, err
}

type activateRulesCommand struct {
	Rules  string `arg:"" help:"A file, or the number of a version." placeholder:"FILE|N"`
	Note   string `help:"Why; it is kept with a new version." placeholder:"TEXT"`
	Expect int64  `default:"-1" help:"Do nothing unless this version is in force. Default: the one that is when the command begins." placeholder:"N"`
}

func (c activateRulesCommand) Run(ctx context.Context, all *commands) error {
	text, version, err := rulesOf(c.Rules)
	if err != nil {
		return err
	}
	if version > 0 && c.Note != "" {
		return errors.New("--note is for a new version; this one has its own")
	}
	return all.Rules.client().ActivateRules(ctx, text, version, c.Expect, c.Note)
}

type rollbackRulesCommand struct {
	Expect int64 `default:"-1" help:"Do nothing unless this version is in force. Default: the one that is when the command begins." placeholder:"N"`
}

func (c rollbackRulesCommand) Run(ctx context.Context, all *commands) error {
	return all.Rules.client().RollbackRules(ctx, c.Expect)
}
