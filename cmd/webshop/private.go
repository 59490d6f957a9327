package main

import (
	"os"

	"acme.example/webshop/app"
	"acme.example/webshop/surfaces/operatorclient"
)

// privateFlags are the address of a shop's private listener and the caller's token.
type privateFlags struct {
	PrivateURL   string     `name:"private-url" default:"http://127.0.0.1:8081" help:"Private listener of the shop."`
	PrivateToken app.Secret `help:"Token of an operator. Default: the one in the data folder, for a shop on this machine." placeholder:"@FILE"`
	DataDir      string     `default:"./data" help:"Data folder of the shop on this machine." type:"path"`
}

// token returns the token for the private listener, if there is one.
func (f privateFlags) token() (app.Secret, error) {
	return app.TokenFor(f.PrivateURL, f.PrivateToken, f.DataDir)
}

func (f privateFlags) client() operatorclient.Client {
	return app.OperatorClient(f.PrivateURL, f.PrivateToken, f.DataDir, os.Stdout)
}
