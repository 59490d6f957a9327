package database

import (
	"encoding/json"
	"fmt"

	"acme.example/webshop/order"
)

// Agreed returns an order's terms and reviews as the engines keep them: as JSON, "" for none.
func Agreed(o order.Order) (terms, reviews string, err error) {
	if !o.Terms.Empty() {
		text, err := json.Marshal(o.Terms)
		if err != nil {
			return "", "", fmt.Errorf("terms of order %d: %w", o.ID, err)
		}
		terms = string(text)
	}
	if len(o.Reviews) > 0 {
		text, err := json.Marshal(o.Reviews)
		if err != nil {
			return "", "", fmt.Errorf("reviews of order %d: %w", o.ID, err)
		}
		reviews = string(text)
	}
	return terms, reviews, nil
}

// ReadAgreed reads into an order what Agreed wrote.
func ReadAgreed(o *order.Order, terms, reviews string) error {
	o.Terms, o.Reviews = order.Terms{}, nil
	if terms != "" {
		if err := json.Unmarshal([]byte(terms), &o.Terms); err != nil {
			return fmt.Errorf("terms of order %d: %w", o.ID, err)
		}
	}
	if reviews != "" {
		if err := json.Unmarshal([]byte(reviews), &o.Reviews); err != nil {
			return fmt.Errorf("reviews of order %d: %w", o.ID, err)
		}
	}
	return nil
}
