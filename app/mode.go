package app

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"acme.example/webshop/platform/datafolder"
	"acme.example/webshop/surfaces/edge"
	"acme.example/webshop/surfaces/operatorclient"
)

// The modes of a shop.
const (
	localMode      = "local"      // nothing is configured as public: callers on this machine need no token
	productionMode = "production" // every caller of the private listener needs a token, or a session
)

// mode returns the mode of a shop with this configuration. Only this function decides it.
func (c Config) mode() string {
	public := c.PublicURL != "" || c.PrivateToken != "" || len(c.Operator) > 0
	if public || !onlyHere(c.PublicAddr) || !onlyHere(c.PrivateAddr) {
		return productionMode
	}
	return localMode
}

// onlyHere reports whether an address can only be reached from this machine.
func onlyHere(address string) bool {
	host, _, err := net.SplitHostPort(address)
	return err == nil && (host == "localhost" || edge.Loopback(host))
}

// keepToken returns the private token in the data folder, if none was given. A shop in production makes one, so that it
// always has one. Commands on the same machine read that file.
func (c Config) keepToken() (Secret, error) {
	if c.PrivateToken != "" || !c.deployment().keepsFiles(c) {
		return "", nil
	}
	path := filepath.Join(c.DataDir, datafolder.Token)
	kept, err := readToken(path)
	switch {
	case err == nil && kept == c.StageToken:
		return "", fmt.Errorf("--stage-token is the private token of the data folder too: it would open the whole private listener; use another one")
	case !errors.Is(err, fs.ErrNotExist):
		return kept, err
	case c.mode() == localMode:
		return "", nil
	}
	made := rand.Text()
	if err := datafolder.WriteFile(path, []byte(made+"\n")); err != nil {
		return "", fmt.Errorf("private token: %w", err)
	}
	return Secret(made), nil
}

// TokenFor returns the token that a command uses for a private listener: the given one, or for a listener on this machine
// the one in the data folder, or none. Another machine never receives that one.
func TokenFor(address string, given Secret, folder string) (Secret, error) {
	u, err := url.Parse(address)
	if given != "" || folder == "" || err != nil || u.Hostname() != "localhost" && !edge.Loopback(u.Hostname()) {
		return given, nil
	}
	token, err := readToken(filepath.Join(folder, datafolder.Token))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return token, err
}

// OperatorClient returns a client of the private listener at an address, with the token of TokenFor.
func OperatorClient(address string, given Secret, folder string, out io.Writer) operatorclient.Client {
	c := operatorclient.Client{URL: address, Out: out, Token: func() (string, error) {
		token, err := TokenFor(address, given, folder)
		return string(token), err
	}}
	if given == "" && folder != "" {
		c.WhenToken = fmt.Sprintf("the token is that of %s; --data-dir names another folder, --private-token another token", folder)
	}
	return c
}

func readToken(path string) (Secret, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("private token: %w", err)
	}
	token := strings.TrimSpace(string(content))
	if len(token) < shortestToken {
		return "", fmt.Errorf("private token: %s is damaged; delete it, and the shop makes another one", path)
	}
	return Secret(token), nil
}

// checkPrivate checks the private listener: in production there must be a token.
func (c Config) checkPrivate() error {
	if _, _, err := net.SplitHostPort(c.PrivateAddr); err != nil {
		return fmt.Errorf("--private-addr: %w", err)
	}
	if c.mode() == productionMode && c.PrivateToken == "" && len(c.Operator) == 0 && !c.deployment().keepsFiles(c) {
		return errors.New("no one could operate this process: set a token (WEBSHOP_PRIVATE_TOKEN), as it keeps no files in which one could be made")
	}
	return nil
}
