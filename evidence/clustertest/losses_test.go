package clustertest

import (
	"context"
	"errors"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// natsRestarted is a graceful restart of all NATS servers, with their data.
func (c *cluster) natsRestarted() trouble {
	return trouble{name: "restart of all NATS servers", lasts: 3 * time.Second, raises: "bus/away", unseen: true,
		begin: func(context.Context) error { return c.eachNode(c.nats.Stop) },
		end:   c.natsStarted,
	}
}

// storesWiped is a kill of all NATS servers, and their restart without their data.
func (c *cluster) storesWiped() trouble {
	return trouble{name: "the stores of all NATS servers wiped", raises: "bus/lost", unseen: true,
		begin: func(context.Context) error { return errors.Join(c.eachNode(c.nats.Kill), c.eachNode(c.nats.Wipe)) },
		end:   c.natsStarted,
	}
}

// streamDeleted is the deletion of the stream with its messages.
func (c *cluster) streamDeleted() trouble {
	return c.deleted("the stream deleted", func(ctx context.Context, js jetstream.JetStream) error {
		return js.DeleteStream(ctx, "WEBSHOP")
	})
}

// consumersDeleted is the deletion of every consumer, with what only they still had to deliver.
func (c *cluster) consumersDeleted() trouble {
	return c.deleted("all consumers deleted", func(ctx context.Context, js jetstream.JetStream) error {
		stream, err := js.Stream(ctx, "WEBSHOP")
		if err != nil {
			return err
		}
		names := stream.ConsumerNames(ctx)
		for name := range names.Name() {
			err = errors.Join(err, stream.DeleteConsumer(ctx, name))
		}
		return errors.Join(err, names.Err())
	})
}

// deleted is a deletion on NATS that must be repaired while its servers run.
func (c *cluster) deleted(name string, remove func(context.Context, jetstream.JetStream) error) trouble {
	return trouble{name: name, goesOn: true, raises: "bus/lost", unseen: true, end: nothing, begin: func(ctx context.Context) error {
		js, done, err := c.jetstream()
		if err != nil {
			return err
		}
		defer done()
		return remove(ctx, js)
	}}
}

func (c *cluster) eachNode(do func(int) error) (err error) {
	for n := range nodes {
		err = errors.Join(err, do(n))
	}
	return err
}

func (c *cluster) natsStarted(ctx context.Context) error {
	return errors.Join(c.nats.RestartAll(), c.natsReady(ctx))
}
