package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"strconv"
	"sync"
	"time"
)

// listen opens the one address of the stage: APIs, the front, EventBridge, and answers of custom resources.
func (s *Stage) listen() error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s.address = listener.Addr().String()
	s.front.Handle("/eventbridge", s.events)
	s.front.Handle("/eventbridge/", s.events)
	s.front.Handle("PUT /custom/{id}", &s.answers)
	s.server = &http.Server{Handler: s.front, ReadHeaderTimeout: 5 * time.Second}
	s.undo = append(s.undo, s.server.Close)
	go func() { _ = s.server.Serve(listener) }()
	return nil
}

// URL returns the address of an API.
func (s *Stage) URL(api string) string {
	a := s.apis[api]
	return "http://" + s.address + "/" + a.id + "/" + a.stage
}

// schedule calls a function regularly.
type schedule struct {
	f     *function
	input []byte
	every time.Duration
}

func (c schedule) run(ctx context.Context) {
	ticker := time.NewTicker(c.every)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			_ = c.f.send(c.input) // while one runs, no more than a few wait
		case <-ctx.Done():
			return
		}
	}
}

// feed connects a function with its schedules and queues.
func (s *Stage) feed(f *function, p functionProperties) error {
	for name, e := range p.Events {
		var err error
		switch e.Type {
		case "Schedule", "ScheduleV2":
			err = s.addSchedule(f, e.Properties.Schedule+e.Properties.ScheduleExpression, e.Properties.Input)
		case "SQS":
			err = s.addSource(f, e.Properties.Queue, int(e.Properties.BatchSize), e.Properties.FunctionResponseTypes)
		default:
			err = fmt.Errorf("the type %s is not understood", e.Type)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

var ratePattern = regexp.MustCompile(`^rate\((\d+) (minute|hour)s?\)$`)

func (s *Stage) addSchedule(f *function, text, input string) error {
	found := ratePattern.FindStringSubmatch(text)
	if found == nil {
		return fmt.Errorf("the schedule %q is not understood", text)
	}
	n, _ := strconv.Atoi(found[1]) // digits
	every := time.Duration(n) * map[string]time.Duration{"minute": time.Minute, "hour": time.Hour}[found[2]]
	if input == "" {
		input = "{}"
	}
	s.schedules = append(s.schedules, schedule{f, []byte(input), s.waits(every)})
	return nil
}

func (s *Stage) addSource(f *function, arn string, batch int, types []string) error {
	q, err := s.queueOf(arn)
	s.sources = append(s.sources, source{queue: q, f: f, batch: max(batch, 1), items: len(types) == 1 && types[0] == "ReportBatchItemFailures", every: s.waits(5 * time.Second)})
	return err
}

// custom is a custom resource: a function that the deployment calls.
type custom struct {
	id         string
	f          *function
	properties any
}

func (s *Stage) makeCustom(r resource) error {
	m, _ := r.Properties.(map[string]any)
	f := s.functionOf(fmt.Sprint(m["ServiceToken"]))
	if f == nil {
		return fmt.Errorf("%v is no function", m["ServiceToken"])
	}
	s.customs = append(s.customs, custom{r.ID, f, r.Properties})
	return nil
}

// create calls the function of a custom resource, and waits for its answer.
func (s *Stage) create(ctx context.Context, c custom) error {
	id := requestID()
	answer := s.answers.expect(id)
	out, err := c.f.invoke(ctx, encode(map[string]any{
		"RequestType": "Create", "ResponseURL": "http://" + s.address + "/custom/" + id, "StackId": pseudo["AWS::StackId"], "RequestId": id,
		"ResourceType": "AWS::CloudFormation::CustomResource", "LogicalResourceId": c.id, "ResourceProperties": c.properties,
	}))
	if err == nil && out.fault != "" {
		err = fmt.Errorf("%s", out.payload)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", c.id, err)
	}
	select {
	case said := <-answer:
		if said.Status != "SUCCESS" {
			return fmt.Errorf("%s: %s: %s", c.id, said.Status, said.Reason)
		}
		return nil
	case <-time.After(10 * time.Second):
		return fmt.Errorf("%s: its function did not say how it went", c.id)
	}
}

// said is the answer of a custom resource's function.
type said struct{ Status, Reason, PhysicalResourceId string }

// answers receives the answers of custom resources.
type answers struct {
	mu     sync.Mutex
	wanted map[string]chan said
}

func (a *answers) expect(id string) chan said {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.wanted == nil {
		a.wanted = map[string]chan said{}
	}
	a.wanted[id] = make(chan said, 1)
	return a.wanted[id]
}

func (a *answers) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 4096))
	var one said
	if err != nil || json.Unmarshal(body, &one) != nil {
		http.Error(w, "no answer", http.StatusBadRequest)
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	select {
	case a.wanted[r.PathValue("id")] <- one:
	default: // no one asked
	}
}

// permitted checks the template as a whole.
func (s *Stage) permitted() error {
	outputs, _ := s.tree.Tree["Outputs"].(map[string]any)
	for name, output := range outputs {
		m, _ := output.(map[string]any)
		if holds, err := s.tree.Holds(m["Condition"]); err != nil || !holds {
			continue
		}
		if _, err := s.tree.Resolve(output); err != nil {
			return fmt.Errorf("output %s: %w", name, err)
		}
	}
	return nil
}
