package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"acme.example/webshop/deploy/aws/template"
)

// The stage's own region and account.
const (
	region  = "us-east-1"
	account = "123456789012"
)

// Config configures the stack to run.
type Config struct {
	Template   string            // the file
	Bootstrap  string            // the program of every function
	Folder     string            // for logs and files
	Parameters map[string]string // of the stack
	Settings   map[string]string // environment variables with another value here, if the template has them; "" removes one
	Speed      float64           // how much faster than on AWS schedules and retries are; default 1
	Instances  int               // maximum per function, so as not to overload this machine; default 3
	PublicAddr string            // for customers; default a free port
	Trouble    Trouble
	Log        *slog.Logger
}

// Stage is a running stack.
type Stage struct {
	cfg       Config
	tree      *template.Stack
	functions map[string]*function // by logical id, as all of these
	apis      map[string]*restAPI
	queues    map[string]*queue
	buses     map[string]*bus
	events    *eventBridge
	trouble   *trouble
	secrets   map[string]string // by ARN
	allowed   map[string]bool   // "<function> <principal> <source ARN>": who may call whom
	schedules []schedule
	sources   []source
	customs   []custom
	front     *http.ServeMux
	server    *http.Server
	address   string
	answers   answers // of custom resources
	public    string  // the address of the front
	undo      []func() error

	stop context.CancelFunc
	work sync.WaitGroup
}

// resource is a resource of the template, with its references resolved.
type resource struct {
	ID, Type   string
	Properties any
}

// Start reads the template, and runs it.
func Start(ctx context.Context, cfg Config) (*Stage, error) {
	text, err := os.ReadFile(cfg.Template)
	if err != nil {
		return nil, err
	}
	tree, err := template.Parse(text)
	if err != nil {
		return nil, err
	}
	cfg.Speed, cfg.Instances, cfg.PublicAddr = max(cfg.Speed, 1), max(cfg.Instances, 1), cmp.Or(cfg.PublicAddr, "127.0.0.1:0")
	ctx, stop := context.WithCancel(ctx)
	s := &Stage{
		cfg: cfg, functions: map[string]*function{}, apis: map[string]*restAPI{}, queues: map[string]*queue{}, buses: map[string]*bus{},
		trouble: newTrouble(cfg.Trouble), secrets: map[string]string{}, allowed: map[string]bool{}, front: http.NewServeMux(), stop: stop,
	}
	s.tree = &template.Stack{Tree: tree, Parameters: cfg.Parameters, Pseudo: pseudo, Ref: s.ref, GetAtt: s.attribute}
	s.events = &eventBridge{
		ctx: ctx, buses: map[string]*bus{}, trouble: s.trouble, waits: s.waits,
		log: func(message string, args ...any) { cfg.Log.Warn(message, "about", args) },
	}
	if err := s.open(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, s.deploy(ctx)
}

var pseudo = map[string]string{
	"AWS::Region": region, "AWS::AccountId": account, "AWS::StackName": "webshop", "AWS::Partition": "aws", "AWS::URLSuffix": "amazonaws.com",
	"AWS::StackId": "arn:aws:cloudformation:" + region + ":" + account + ":stack/webshop/0",
}

// waits returns how long a wait of AWS takes here.
func (s *Stage) waits(d time.Duration) time.Duration { return time.Duration(float64(d) / s.cfg.Speed) }

// open makes every resource, those first that others refer to.
func (s *Stage) open() error {
	if err := s.listen(); err != nil {
		return err
	}
	resources, err := s.resources()
	if err != nil {
		return err
	}
	for _, kind := range order {
		for _, r := range resources {
			if r.Type != kind {
				continue
			}
			if err := makers[kind](s, r); err != nil {
				return fmt.Errorf("%s (%s): %w", r.ID, r.Type, err)
			}
		}
	}
	return s.permitted()
}

// resources resolves all resources of the stack whose condition holds.
func (s *Stage) resources() (all []resource, err error) {
	named, _ := s.tree.Tree["Resources"].(map[string]any)
	for _, id := range slices.Sorted(maps.Keys(named)) {
		raw, _ := named[id].(map[string]any)
		kind := fmt.Sprint(raw["Type"])
		if _, acted := makers[kind]; !acted && !silent(kind) {
			return nil, fmt.Errorf("%s: the stage does not know the type %s", id, kind)
		}
		if holds, err := s.tree.Holds(raw["Condition"]); err != nil || !holds {
			if err != nil {
				return nil, fmt.Errorf("%s: %w", id, err)
			}
			continue
		}
		properties, err := s.tree.Resolve(raw["Properties"])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", id, err)
		}
		all = append(all, resource{id, kind, properties})
	}
	return all, nil
}

// order is the order in which resources are made.
var order = []string{
	"AWS::CloudFront::Distribution", "AWS::SecretsManager::Secret", "AWS::SQS::Queue", "AWS::Events::EventBus", "AWS::Serverless::Function", "AWS::Lambda::Permission",
	"AWS::Serverless::Api", "AWS::Events::Rule", "AWS::CloudFormation::CustomResource",
}

// makers make the resources that the stage supports.
var makers = map[string]func(*Stage, resource) error{
	"AWS::SecretsManager::Secret":         (*Stage).makeSecret,
	"AWS::SQS::Queue":                     (*Stage).makeQueue,
	"AWS::Events::EventBus":               (*Stage).makeBus,
	"AWS::Serverless::Function":           (*Stage).makeFunction,
	"AWS::Lambda::Permission":             (*Stage).makePermission,
	"AWS::Serverless::Api":                (*Stage).makeAPI,
	"AWS::Events::Rule":                   (*Stage).makeRule,
	"AWS::CloudFormation::CustomResource": (*Stage).makeCustom,
	"AWS::CloudFront::Distribution":       (*Stage).makeDistribution,
}

// silent reports the types that the stage ignores, since it cannot show them.
func silent(kind string) bool {
	for _, service := range []string{"EC2", "RDS", "S3", "CloudFront", "Logs", "CloudWatch", "SNS", "EventSchemas", "IAM", "KMS"} {
		if strings.HasPrefix(kind, "AWS::"+service+"::") {
			return true
		}
	}
	return kind == "AWS::SQS::QueuePolicy" || kind == "AWS::SecretsManager::SecretTargetAttachment" || kind == "AWS::ApiGateway::Account"
}

// deploy does what happens at the end of a deployment, and starts all background work.
func (s *Stage) deploy(ctx context.Context) error {
	for _, c := range s.customs {
		if err := s.create(ctx, c); err != nil {
			return errors.Join(err, s.Close())
		}
	}
	ctx, stop := context.WithCancel(ctx)
	before := s.stop
	s.stop = func() { stop(); before() }
	for _, f := range s.functions {
		for range f.limit {
			s.work.Go(func() { f.work(ctx) })
		}
	}
	for _, q := range s.sources {
		s.work.Go(func() { q.run(ctx) })
	}
	for _, each := range s.schedules {
		s.work.Go(func() { each.run(ctx) })
	}
	return nil
}

// Close ends the stage: all instances and background work.
func (s *Stage) Close() error {
	s.stop()
	for _, f := range s.functions {
		f.stop()
	}
	s.work.Wait()
	var wrong []error
	for _, undo := range s.undo {
		wrong = append(wrong, undo())
	}
	return errors.Join(wrong...)
}

// properties returns the properties of a resource.
func (s *Stage) properties(id string) (any, error) {
	resources, _ := s.tree.Tree["Resources"].(map[string]any)
	r, _ := resources[id].(map[string]any)
	return s.tree.Resolve(r["Properties"])
}

// resourceNamed finds a logical id, whatever its case.
func (s *Stage) resourceNamed(name string) string {
	resources, _ := s.tree.Tree["Resources"].(map[string]any)
	for id := range resources {
		if strings.EqualFold(id, name) {
			return id
		}
	}
	return name
}

// PublicURL returns the address for customers.
func (s *Stage) PublicURL() string { return s.public }
