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
	PrivateURL   string     `name:"private-url" default:"http://127.0.0.1:8081" help:"Private listener of the shop."`
	PrivateToken app.Secret `help:"Token of the private listener." placeholder:"@FILE"`

	List     listRulesCommand     `cmd:"" default:"1" help:"List the versions, the newest first (the default)."`
	Show     showRulesCommand     `cmd:"" help:"Print the rules in force, or a version."`
	Print    printRulesCommand    `cmd:"" help:"Print the built-in rules, to begin with."`
	Check    checkRulesCommand    `cmd:"" help:"Check a file, and tell all that is wrong with it. No shop is asked."`
	Activate activateRulesCommand `cmd:"" help:"Activate a file as a new version, or a version that is kept."`
	Rollback rollbackRulesCommand `cmd:"" help:"Activate what was active before. Once more goes back further."`
}

// Help is shown by webshop rules -h.
func (rulesCommand) Help() string {
	return `The rules are one YAML text: catalog, markets, customer types, delivery, deadlines. Each text that was activated is
kept as a version, with who brought it and when. One version is in force; another one is within a second, in all processes, without
a restart. Orders keep the version that they were made under.`
}

func (c *rulesCommand) desk() app.Desk {
	return app.Desk{URL: c.PrivateURL, Token: c.PrivateToken, Out: os.Stdout}
}

type listRulesCommand struct{}

func (listRulesCommand) Run(ctx context.Context, all *commands) error {
	return all.Rules.desk().Rules(ctx)
}

type showRulesCommand struct {
	Version int64 `arg:"" optional:"" help:"The version. Default: the one in force."`
}

func (c showRulesCommand) Run(ctx context.Context, all *commands) error {
	return all.Rules.desk().ShowRules(ctx, c.Version)
}

type printRulesCommand struct{}

func (printRulesCommand) Run() error {
	_, err := os.Stdout.Write(app.DefaultShopFile)
	return err
}

type checkRulesCommand struct {
	File string `arg:"" help:"The rules." type:"existingfile"`
}

func (c checkRulesCommand) Run() error {
	if err := app.CheckRules(c.File); err != nil {
		return err
	}
	_, err := fmt.Println(c.File, "holds valid rules.")
	return err
}

type activateRulesCommand struct {
	Rules  string `arg:"" help:"A file, or the number of a version." placeholder:"FILE|N"`
	Note   string `help:"Why; it is kept with a new version." placeholder:"TEXT"`
	Expect int64  `default:"-1" help:"Do nothing unless this version is in force. Default: the one that is when the command begins." placeholder:"N"`
}

func (c activateRulesCommand) Run(ctx context.Context, all *commands) error {
	version, err := strconv.ParseInt(c.Rules, 10, 64)
	if err == nil && version > 0 {
		if c.Note != "" {
			return errors.New("--note is for a new version; this one has its own")
		}
		return all.Rules.desk().ActivateRules(ctx, "", version, c.Expect, "")
	}
	text, err := os.ReadFile(c.Rules)
	if err != nil {
		return err
	}
	return all.Rules.desk().ActivateRules(ctx, string(text), 0, c.Expect, c.Note)
}

type rollbackRulesCommand struct {
	Expect int64 `default:"-1" help:"Do nothing unless this version is in force. Default: the one that is when the command begins." placeholder:"N"`
}

func (c rollbackRulesCommand) Run(ctx context.Context, all *commands) error {
	return all.Rules.desk().RollbackRules(ctx, c.Expect)
}
