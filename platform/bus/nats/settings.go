package nats

import (
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/bus"
)

// Settings is what differs between a single server and a cluster.
type Settings struct {
	Storage  jetstream.StorageType
	Replicas int
	// ForgetAcks keeps in memory only, on each replica, which messages were acknowledged.
	ForgetAcks bool
	MaxBytes   int64 // bound of the stream; what does not fit is refused and published again later
	// Duplicates is for how long a message id is remembered. Ids differ with each time an event is sent again, but for the
	// first time, which may be the same message (database.FirstLease).
	Duplicates time.Duration
}

// Cluster is for NATS servers that keep what is on the bus on their disks, each message on so many of them:
// one for a single server, three for a cluster that goes on without one of its nodes.
func Cluster(replicas int) Settings {
	return Settings{Storage: jetstream.FileStorage, Replicas: replicas, ForgetAcks: true, MaxBytes: 4 << 30, Duplicates: 2 * time.Minute}
}

func streamConfig(s Settings) jetstream.StreamConfig {
	return jetstream.StreamConfig{
		Name:        streamName,
		Description: "Events of the webshop on their way from the journal to their subscribers",
		Subjects:    []string{event.Subject("*"), retrySubject + "*"},
		Retention:   jetstream.InterestPolicy, // kept until each subscriber has acknowledged
		Discard:     jetstream.DiscardNew,
		MaxBytes:    s.MaxBytes,
		Storage:     s.Storage,
		Replicas:    s.Replicas,
		Duplicates:  s.Duplicates,
	}
}

func consumerConfig(sub event.Subscription, s Settings) jetstream.ConsumerConfig {
	return jetstream.ConsumerConfig{
		Durable:        token(sub.Subscriber),
		FilterSubjects: []string{event.Subject(sub.Type), retrySubject + token(sub.Subscriber)},
		AckPolicy:      jetstream.AckExplicitPolicy,
		AckWait:        bus.AckWait,
		MaxDeliver:     -1,
		MaxAckPending:  maxAckPending,
		MemoryStorage:  s.ForgetAcks,
	}
}
