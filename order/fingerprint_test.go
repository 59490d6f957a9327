package order

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"acme.example/webshop/money"
)

// TestAFingerprintIsThatOfEarlierReleases: a client that repeats a request during or after an upgrade gets its answer.
func TestAFingerprintIsThatOfEarlierReleases(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := func(name string) string { return rapid.String().Draw(t, name) }
		d := Draft{
			Name: text("name"), Email: text("email"), Phone: text("phone"), Street: text("street"), City: text("city"),
			CustomerType: text("type"), Market: text("market"), Products: text("products"), OrgNumber: OrgNumber(text("number")),
			TotalPrice: rapid.Int64().Draw(t, "price"), TestID: rapid.Int64().Draw(t, "test"),
			Codes:    rapid.SampledFrom([][]string{nil, {}, {"A", "B"}}).Draw(t, "codes"),
			Details:  rapid.SampledFrom([]map[string]string{nil, {}, {"b": "1", "a": "2"}}).Draw(t, "details"),
			Currency: rapid.SampledFrom([]money.Currency{"", "MXN"}).Draw(t, "currency"),
		}
		if got, want := d.fingerprint(), earlierFingerprint(d); got != want {
			t.Errorf("the fingerprint of %#v is %s; it was %s", d, got, want)
		}
	})
}

// earlierFingerprint is how the releases until the end of 2026 made it, of the fields that a draft had.
func earlierFingerprint(now Draft) string {
	type Draft struct {
		_                                                                struct{}
		Name, Email, Phone, Street, City, CustomerType, Market, Products string
		TotalPrice, TestID                                               int64
		OrgNumber                                                        OrgNumber
		Codes                                                            []string
		Details                                                          map[string]string
		Currency                                                         money.Currency
	}
	text := fmt.Sprintf("%#v", Draft{
		Name: now.Name, Email: now.Email, Phone: now.Phone, Street: now.Street, City: now.City, CustomerType: now.CustomerType,
		Market: now.Market, Products: now.Products, TotalPrice: now.TotalPrice, TestID: now.TestID, OrgNumber: now.OrgNumber,
		Codes: now.Codes, Details: now.Details, Currency: now.Currency,
	})
	for _, without := range []string{`, Currency:""}`, ", Codes:[]string(nil), Details:map[string]string(nil)}"} {
		if earlier, plain := strings.CutSuffix(text, without); plain {
			text = earlier + "}"
		}
	}
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:16])
}

// TestEachFieldIsInTheFingerprint: requests that differ in one field are two requests.
func TestEachFieldIsInTheFingerprint(t *testing.T) {
	for _, field := range reflect.VisibleFields(reflect.TypeFor[Draft]()) {
		d := Draft{}
		if v := reflect.ValueOf(&d).Elem().FieldByIndex(field.Index); field.Name != "_" && !field.Anonymous && field.Name != "Accept" {
			set(v)
			if d.fingerprint() == (Draft{}).fingerprint() {
				t.Errorf("order/fingerprint.go lacks the field %s", field.Name)
			}
		}
	}
}

func set(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString("x")
	case reflect.Int64:
		v.SetInt(7)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
	default:
		panic(v.Type().String())
	}
}
