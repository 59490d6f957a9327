package main

import "acme.example/webshop/app"

type pagesCommand struct {
	Folder string `arg:"" help:"Folder that they are written to." type:"path"`
}

// Help is shown by webshop pages -h.
func (pagesCommand) Help() string {
	return `Writes the shop's pages, in each language in a folder of its own, and their assets as files, for a server that
keeps them near customers, such as a bucket behind a content delivery network (docs/aws.md).`
}

func (c *pagesCommand) Run() error { return app.WritePages(c.Folder) }
