// Package deploy is the files that run the shop elsewhere: docs/deployment.md. It has no code but the stage of its tests,
// which acts on compose.yaml without a container engine.
package deploy
