package aws

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/feature/rds/auth"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
)

const (
	// callTimeout bounds one try of a call of AWS, and callTries how many there are.
	callTimeout = 2 * time.Second
	callTries   = 3
)

// credentials are those of the function's role, which Lambda gives it in the environment.
type credentials func(string) string

// Retrieve reads them.
func (env credentials) Retrieve(context.Context) (sdk.Credentials, error) {
	c := sdk.Credentials{
		AccessKeyID: env("AWS_ACCESS_KEY_ID"), SecretAccessKey: env("AWS_SECRET_ACCESS_KEY"), SessionToken: env("AWS_SESSION_TOKEN"),
		Source: "environment",
	}
	if c.AccessKeyID == "" || c.SecretAccessKey == "" {
		return c, errors.New("there are no credentials of AWS in the environment")
	}
	return c, nil
}

// bridge is a client of EventBridge as the environment says.
func bridge(env func(string) string) *eventbridge.Client {
	o := eventbridge.Options{
		Region: env("AWS_REGION"), Credentials: sdk.NewCredentialsCache(credentials(env)), RetryMaxAttempts: callTries,
		HTTPClient: awshttp.NewBuildableClient().WithTimeout(callTimeout),
	}
	if endpoint := cmp.Or(env("AWS_ENDPOINT_URL_EVENTBRIDGE"), env("AWS_ENDPOINT_URL")); endpoint != "" {
		o.BaseEndpoint = &endpoint
	}
	return eventbridge.New(o)
}

// login makes tokens of IAM for the user of a PostgreSQL address: a token is good for 15 minutes, and for the making of a
// connection only.
func login(address string, env func(string) string) (func(context.Context) (string, error), error) {
	u, err := url.Parse(address)
	if err != nil || u.User.Username() == "" || u.Hostname() == "" {
		return nil, errors.New("WEBSHOP_DATABASE_URL must be like postgres://USER@HOST:5432/DATABASE?sslmode=verify-full") // the cause may hold a password
	}
	endpoint := net.JoinHostPort(u.Hostname(), cmp.Or(u.Port(), "5432"))
	return func(ctx context.Context) (string, error) {
		token, err := auth.BuildAuthToken(ctx, endpoint, env("AWS_REGION"), u.User.Username(), credentials(env))
		if err != nil {
			return "", fmt.Errorf("iam: %w", err)
		}
		return token, nil
	}, nil
}
