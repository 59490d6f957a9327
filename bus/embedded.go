package bus

import (
	"fmt"
	"os"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// Server is a NATS server inside the process. It opens no port.
type Server struct {
	server *server.Server
}

// startTimeout bounds how long the embedded server may take to be ready.
const startTimeout = 10 * time.Second

// StartServer starts the embedded server. JetStream wants a folder, though the streams are in memory; what an earlier
// life left in it is thrown away.
func StartServer(folder string) (*Server, error) {
	if err := os.RemoveAll(folder); err != nil {
		return nil, fmt.Errorf("bus: %w", err)
	}
	s, err := server.NewServer(&server.Options{
		ServerName: "webshop", DontListen: true, NoSigs: true, NoLog: true,
		JetStream: true, StoreDir: folder, JetStreamMaxMemory: 2 * Embedded.MaxBytes, JetStreamMaxStore: 1 << 20,
	})
	if err != nil {
		return nil, fmt.Errorf("bus: embedded server: %w", err)
	}
	s.Start()
	if !s.ReadyForConnections(startTimeout) {
		s.Shutdown()
		return nil, fmt.Errorf("bus: the embedded server was not ready within %s", startTimeout)
	}
	return &Server{s}, nil
}

// Connect returns a connection inside the process.
func (s *Server) Connect() (*nats.Conn, error) {
	conn, err := nats.Connect("", nats.InProcessServer(s.server), nats.Name("webshop"), nats.MaxReconnects(-1), nats.Timeout(startTimeout))
	if err != nil {
		return nil, fmt.Errorf("bus: connect: %w", err)
	}
	return conn, nil
}

// Stop ends the server.
func (s *Server) Stop() {
	s.server.Shutdown()
	s.server.WaitForShutdown()
}
