package order

import (
	"math"
	"regexp"
	"time"
)

// What an order may have. The rules accept nothing that goes beyond it, and every part of the shop takes all of it.
const (
	// SKU is what the names of products look like, and maxSKU how long they are.
	SKU    = `^[A-Za-z0-9_-]{1,32}$`
	maxSKU = 32
	// Name is what the names of markets and customer types look like.
	Name = `^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$`
	// MaxPieces bounds how many pieces any rules may allow one order to have.
	MaxPieces = 300
	// MaxProducts bounds the list of an order's pieces, in characters.
	MaxProducts = MaxPieces * (maxSKU + len(","))
	// MaxTotal bounds an order's total in minor units: what a GraphQL Int can hold.
	MaxTotal = math.MaxInt32
	// MaxStock bounds the count of a product.
	MaxStock = 1_000_000
	// MinKeyHold is for how long an Idempotency-Key is remembered at least: the shop's page sends an order again under its key
	// for an hour (surfaces/web/js/attempt.js).
	MinKeyHold = 2 * time.Hour
	// MaxHold bounds for how long anything about an order's making is remembered.
	MaxHold = 30 * 24 * time.Hour
)

var skuPattern = regexp.MustCompile(SKU)
