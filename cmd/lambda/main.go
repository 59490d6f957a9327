// Command lambda is the shop as an AWS Lambda function: the bootstrap of the runtime provided.al2023. The environment
// selects the function (package aws).
package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/alecthomas/kong"
	"github.com/aws/aws-lambda-go/lambda"

	"acme.example/webshop/app"
	"acme.example/webshop/deploy/aws"
)

// answerFor bounds the sending of the last invocation's answer when the process ends.
const answerFor = 200 * time.Millisecond

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "bootstrap:", err)
		os.Exit(1)
	}
}

// unsetEmpty removes empty settings: a template has no other way to omit one.
func unsetEmpty(environment []string) error {
	for _, entry := range environment {
		if name, value, _ := strings.Cut(entry, "="); value == "" && strings.HasPrefix(name, "WEBSHOP_") {
			if err := os.Unsetenv(name); err != nil {
				return err
			}
		}
	}
	return nil
}

func run(ctx context.Context) error {
	if err := unsetEmpty(os.Environ()); err != nil {
		return err
	}
	var cfg aws.Config
	parser, err := kong.New(&cfg, kong.Name("bootstrap"), kong.DefaultEnvars("WEBSHOP"))
	if err != nil {
		return err
	}
	var known []string
	for _, flag := range parser.Model.Flags {
		known = append(known, flag.Envs...)
	}
	if err := app.CheckEnvironment(os.Environ(), known); err != nil {
		return err
	}
	if _, err := parser.Parse(nil); err != nil {
		return err
	}
	cfg.LogFormat = "json"
	log, err := cfg.Log(os.Stderr)
	if err != nil {
		return err
	}
	if _, err := cfg.Traces(ctx, log); err != nil { // they are flushed after each invocation
		return err
	}
	function, err := aws.New(ctx, cfg, os.Getenv, os.Stdout, log)
	if err != nil {
		return err
	}
	function.Connect(ctx)
	lambda.StartWithOptions(function.Invoke, lambda.WithEnableSIGTERM(func() {
		err := function.Close()
		time.Sleep(answerFor)
		if err != nil {
			log.Error("not closed in order", "error", err)
			os.Exit(1)
		}
		os.Exit(0)
	}))
	return nil // never reached
}
