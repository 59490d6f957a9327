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
	// callTimeout bounds one try of an AWS call, and callTries their number.
	callTimeout = 2 * time.Second
	callTries   = 3
)

// credentials are those of the function's role, from the environment that Lambda sets.
type credentials func(string) string

// Retrieve reads the credentials.
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

// bridge returns a client of EventBridge as configured by the environment.
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

// login returns a function that makes IAM tokens for the user of a PostgreSQL address. A token is valid for 15 minutes,
// for connecting only.
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
