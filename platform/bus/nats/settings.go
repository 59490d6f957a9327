package nats

import (
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/bus"
)

// Settings are what differs between a single server and a cluster.
type Settings struct {
	Storage  jetstream.StorageType
	Replicas int
	// ForgetAcks keeps acknowledgements in memory only, on each replica.
	ForgetAcks bool
	MaxBytes   int64 // bound of the stream; what does not fit is refused and published again later
	// Duplicates is how long a message id is remembered. Each time an event is published again it has another id, except
	// the first time, which may be the same message (database.FirstLease).
	Duplicates time.Duration
}

// Cluster returns settings for NATS servers that keep each message on the disks of a number of replicas: one for a single
// server, three for a cluster that survives the loss of a node.
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
