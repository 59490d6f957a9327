package bus

import (
	"github.com/nats-io/nats.go/jetstream"

	"acme.example/webshop/event"
)

// Settings is what differs between the embedded bus and a cluster.
type Settings struct {
	Storage  jetstream.StorageType
	Replicas int
	// ForgetAcks keeps in memory only, on each replica, which messages were acknowledged.
	ForgetAcks bool
	MaxBytes   int64 // bound of the stream; what does not fit is refused and published again later
}

// Embedded is for a bus inside the process: in memory, rebuilt from the journal at start.
var Embedded = Settings{Storage: jetstream.MemoryStorage, Replicas: 1, MaxBytes: 256 << 20}

// Cluster is for NATS servers outside, which keep what is on the bus on their disks, each message on so many of them:
// one for a single server, three for a cluster that goes on without one of its nodes.
func Cluster(replicas int) Settings {
	return Settings{Storage: jetstream.FileStorage, Replicas: replicas, ForgetAcks: true, MaxBytes: 4 << 30}
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
		Duplicates:  duplicateWindow,
	}
}

func consumerConfig(sub event.Subscription, s Settings) jetstream.ConsumerConfig {
	return jetstream.ConsumerConfig{
		Durable:        token(sub.Subscriber),
		FilterSubjects: []string{event.Subject(sub.Type), retrySubject + token(sub.Subscriber)},
		AckPolicy:      jetstream.AckExplicitPolicy,
		AckWait:        ackWait,
		MaxDeliver:     -1,
		MaxAckPending:  maxAckPending,
		MemoryStorage:  s.ForgetAcks,
	}
}
