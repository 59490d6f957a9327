package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// checkStock compares the count of each product with what orders have taken that are neither declined nor cancelled.
func checkStock(ctx context.Context, k *look, s *snapshot, v verdict) error {
	if k.partial() {
		return nil
	}
	held, err := s.reserved(ctx)
	if err != nil {
		return err
	}
	err = s.each(ctx, func(scan func(...any) error) error {
		var sku string
		var received, taken int64
		if err := scan(&sku, &received, &taken); err != nil {
			return err
		}
		v.expect(taken == held[sku], fmt.Sprintf("the count of %s: orders have taken %d", sku, held[sku]), "it says %d", taken)
		v.expect(taken <= received, fmt.Sprintf("the count of %s: %d received", sku, received), "%d were sold", taken)
		delete(held, sku)
		return nil
	}, `SELECT sku, received, taken FROM stock`)
	for _, sku := range slices.Sorted(maps.Keys(held)) {
		v.expect(false, fmt.Sprintf("a count of %s: orders have taken %d", sku, held[sku]), "there is none")
	}
	return err
}

// reserved adds up what orders have taken, by product.
func (s *snapshot) reserved(ctx context.Context) (map[string]int64, error) {
	held := map[string]int64{}
	return held, s.each(ctx, func(scan func(...any) error) error {
		var text string
		if err := scan(&text); err != nil {
			return err
		}
		var terms struct {
			Reserved []struct {
				SKU      string
				Quantity int64
			}
		}
		if err := json.Unmarshal([]byte(text), &terms); err != nil {
			return fmt.Errorf("terms of an order: %w", err)
		}
		for _, p := range terms.Reserved {
			held[p.SKU] += p.Quantity
		}
		return nil
	}, `SELECT terms FROM orders WHERE terms LIKE '%"reserved":[%' AND status NOT IN ('PAYMENT_DECLINED', 'CANCELLED')`)
}
