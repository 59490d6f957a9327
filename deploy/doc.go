// Package deploy has the files that run the shop elsewhere: docs/deployment.md. Its only code is the stage of its tests,
// which runs compose.yaml without a container engine.
package deploy
