package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"
)

func (s *Stage) makeQueue(r resource) error {
	var p struct {
		QueueName, KmsMasterKeyId               string
		VisibilityTimeout                       whole
		MessageRetentionPeriod                  whole
		SqsManagedSseEnabled                    bool
		Tags, RedrivePolicy, RedriveAllowPolicy any
	}
	if err := decode(r.Properties, &p); err != nil {
		return err
	}
	if p.VisibilityTimeout == 0 {
		p.VisibilityTimeout = 30
	}
	arn, err := s.attribute(r.ID, r.Type, "Arn")
	s.queues[r.ID] = &queue{name: r.ID, arn: arn, visibility: s.waits(time.Duration(p.VisibilityTimeout) * time.Second)}
	return err
}

func (s *Stage) makeBus(r resource) error {
	var p struct {
		Name, Description, KmsKeyIdentifier string
		DeadLetterConfig, Tags, LogConfig   any
	}
	if err := decode(r.Properties, &p); err != nil {
		return err
	}
	b := &bus{name: p.Name}
	s.buses[r.ID] = b
	arn, err := s.attribute(r.ID, r.Type, "Arn")
	s.events.buses[p.Name], s.events.buses[arn] = b, b
	return err
}

// functionProperties are the known properties of a function.
type functionProperties struct {
	FunctionName, Description, Runtime, Handler, CodeUri, PackageType, Role, KmsKeyArn string
	Architectures, Layers                                                              []string
	MemorySize, Timeout                                                                whole
	ReservedConcurrentExecutions                                                       *whole
	Environment                                                                        struct{ Variables map[string]any }
	EventInvokeConfig                                                                  struct {
		MaximumRetryAttempts     *whole
		MaximumEventAgeInSeconds whole
		DestinationConfig        struct {
			OnFailure struct{ Type, Destination string }
		}
	}
	Events map[string]struct {
		Type       string
		Properties struct {
			Schedule, ScheduleExpression, Input, Name, Description, Queue string
			Enabled                                                       *bool
			State                                                         string
			BatchSize                                                     whole
			MaximumBatchingWindowInSeconds                                whole
			FunctionResponseTypes                                         []string
			RetryPolicy, DeadLetterConfig, ScalingConfig                  any
		}
	}
	Policies, Tags, VpcConfig, LoggingConfig, Tracing, EphemeralStorage, PropagateTags, RuntimeManagementConfig any
	AutoPublishAlias, DeploymentPreference, SnapStart                                                           any
}

// makeFunction makes a function, with the template's settings for all functions.
func (s *Stage) makeFunction(r resource) error {
	properties, err := s.withGlobals(r.Properties)
	if err != nil {
		return err
	}
	var p functionProperties
	if err := decode(properties, &p); err != nil {
		return err
	}
	if p.Runtime != "provided.al2023" || p.Timeout < 1 || p.Timeout > 900 || p.MemorySize < 128 {
		return fmt.Errorf("runtime %q, timeout %d s and memory %d MB are not what the shop needs", p.Runtime, p.Timeout, p.MemorySize)
	}
	f := &function{
		id: r.ID, bootstrap: s.cfg.Bootstrap, timeout: time.Duration(p.Timeout) * time.Second, trouble: s.trouble,
		limit: s.cfg.Instances, patience: 5 * time.Second,
		instances: map[*instance]bool{}, freed: make(chan struct{}, 1), queue: make(chan asyncCall, maxAsync),
	}
	if n := p.ReservedConcurrentExecutions; n != nil {
		f.limit = min(f.limit, int(*n))
		if f.limit == int(*n) {
			f.patience = 0
		}
	}
	f.name, _ = s.ref(r.ID, r.Type)
	f.arn, _ = s.attribute(r.ID, r.Type, "Arn")
	if err := s.furnish(f, p); err != nil {
		return err
	}
	s.functions[r.ID] = f
	return s.feed(f, p)
}

// withGlobals merges the template's settings for all functions.
func (s *Stage) withGlobals(own any) (any, error) {
	globals, _ := s.tree.Tree["Globals"].(map[string]any)
	common, err := s.tree.Resolve(globals["Function"])
	if err != nil {
		return nil, fmt.Errorf("in Globals: %w", err)
	}
	return merged(common, own), nil
}

// merged merges as SAM does: mappings are joined, lists are appended, and otherwise the function's own value counts.
func merged(common, own any) any {
	switch o := own.(type) {
	case map[string]any:
		c, _ := common.(map[string]any)
		all := maps.Clone(c)
		if all == nil {
			all = map[string]any{}
		}
		for name, value := range o {
			all[name] = merged(all[name], value)
		}
		return all
	case []any:
		c, _ := common.([]any)
		return slices.Concat(c, o)
	case nil:
		return common
	}
	return own
}

// furnish gives a function its environment, its folder, its log, and its policy for asynchronous calls.
func (s *Stage) furnish(f *function, p functionProperties) (err error) {
	f.folder = filepath.Join(s.cfg.Folder, f.id)
	if err := os.MkdirAll(f.folder, 0o755); err != nil {
		return err
	}
	log, err := os.OpenFile(filepath.Join(s.cfg.Folder, f.id+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	f.log = io.Writer(log)
	if f.env, err = s.environment(f, p); err != nil {
		return err
	}
	f.async = asyncPolicy{retries: 2, maxAge: 6 * time.Hour, waits: func(try int) time.Duration { return s.waits(time.Minute * time.Duration(max(try, 1))) }}
	c := p.EventInvokeConfig
	if c.MaximumRetryAttempts != nil {
		f.async.retries = int(*c.MaximumRetryAttempts)
	}
	if c.MaximumEventAgeInSeconds > 0 {
		f.async.maxAge = time.Duration(c.MaximumEventAgeInSeconds) * time.Second
	}
	if d := c.DestinationConfig.OnFailure.Destination; d != "" {
		f.async.onFailure, err = s.queueOf(d)
	}
	return err
}

// environment returns Lambda's variables and the template's, and no others of this machine.
func (s *Stage) environment(f *function, p functionProperties) ([]string, error) {
	env := []string{
		"PATH=/usr/local/bin:/usr/bin:/bin", "TZ=:UTC", "LANG=en_US.UTF-8", "_HANDLER=" + p.Handler, "LAMBDA_TASK_ROOT=" + f.folder,
		"AWS_REGION=" + region, "AWS_DEFAULT_REGION=" + region, "AWS_EXECUTION_ENV=AWS_Lambda_" + p.Runtime,
		"AWS_ACCESS_KEY_ID=AKIASTAGE", "AWS_SECRET_ACCESS_KEY=stage", "AWS_SESSION_TOKEN=stage", "AWS_LAMBDA_INITIALIZATION_TYPE=on-demand",
		"AWS_LAMBDA_FUNCTION_NAME=" + f.name, "AWS_LAMBDA_FUNCTION_VERSION=$LATEST", fmt.Sprintf("AWS_LAMBDA_FUNCTION_MEMORY_SIZE=%d", p.MemorySize),
		"AWS_LAMBDA_LOG_GROUP_NAME=/aws/lambda/" + f.name, "AWS_LAMBDA_LOG_STREAM_NAME=stage",
		"AWS_ENDPOINT_URL_EVENTBRIDGE=http://" + s.address + "/eventbridge",
	}
	for _, name := range slices.Sorted(maps.Keys(p.Environment.Variables)) {
		value, err := s.disclosed(fmt.Sprint(p.Environment.Variables[name]))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if other, changed := s.cfg.Settings[name]; changed {
			value = other
		} else if name == "WEBSHOP_PUBLIC_URL" {
			value = s.public
		}
		if value != "" {
			env = append(env, name+"="+value)
		}
	}
	return env, nil
}

// queueOf finds a queue by its ARN.
func (s *Stage) queueOf(arn string) (*queue, error) {
	for _, q := range s.queues {
		if q.arn == arn {
			return q, nil
		}
	}
	return nil, fmt.Errorf("there is no queue %s", arn)
}
