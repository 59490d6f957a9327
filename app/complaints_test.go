package app_test

import (
	"acme.example/webshop/app"
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/jpeg"
	"strings"
	"testing"

	"acme.example/webshop/platform/fault"
)

// shownComplaint is a complaint as its customer sees it.
type shownComplaint struct {
	Number, Photos     int
	Kind, Text, State  string
	Answer, AnsweredAt string
	Amount             int64
	Replacement        int64
}

// complaintsOf returns the complaints that a key shows, and whether another one can be made.
func (s *shop) complaintsOf(key string) (all []shownComplaint, may bool) {
	s.Helper()
	var tracked struct {
		Complaints  []shownComplaint
		MayComplain *struct{ Until, ReturnUntil string }
	}
	s.call("GET", s.PublicURL+"/trackOrder?key="+key, nil).want(200).into(&tracked)
	return tracked.Complaints, tracked.MayComplain != nil
}

// handedOver makes an order, has it delivered, and returns it with the key of its customer.
func (s *shop) handedOver(name, market string) (o order, key string) {
	s.Helper()
	made := s.create(realOrder(name, "market", market, "email", name+"@example.com"))
	s.arrives(made.OrderID, "STOCKED")
	s.bookFirst(s.deliveryKey(s.mails(name + "@example.com")))
	s.arrives(made.OrderID, "DELIVERY_BOOKED")
	s.call("POST", s.PrivateURL+"/reportDelivery", map[string]any{"orderId": made.OrderID, "status": "DELIVERED", "receivedBy": "Ann"}, "Authorization", byAnn).want(200)
	return s.arrives(made.OrderID, "DELIVERED"), trackingKey(made)
}

// aPhoto is a photo of a pot.
func aPhoto(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 40, 30)), nil); err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(b.Bytes())
}

// TestACustomerComplains about what was delivered, once; support sees it and answers with a part of the money, which the customer is
// told; and the audit finds it right.
func TestACustomerComplains(t *testing.T) {
	t.Parallel()
	withEachEngine(t, func(t *testing.T, engine func(*app.Config)) {
		s := start(t, tracking(t), operated, engine)
		o, key := s.handedOver("broken", "US")
		_, other := s.handedOver("other", "US")
		body := map[string]any{"key": key, "kind": "damaged", "text": "One pot\r\nis broken", "photos": []string{aPhoto(t), aPhoto(t)}}
		for range 2 {
			var out struct{ Complaint shownComplaint }
			s.call("POST", s.PublicURL+"/complaints", body).want(200).into(&out)
			if want := (shownComplaint{Number: 1, Photos: 2, Kind: "damaged", Text: "One pot\nis broken", State: "open"}); out.Complaint != want {
				t.Errorf("%+v", out.Complaint)
			}
		}
		s.call("POST", s.PublicURL+"/complaints", map[string]any{"key": key, "kind": "other", "text": "And the other"}).problem(fault.Conflict)
		photoOf := func(key string) answer {
			return s.call("GET", fmt.Sprintf("%s/complaints/photo?key=%s&complaint=1&photo=2", s.PublicURL, key), nil)
		}
		if a := photoOf(key).want(200); a.header.Get("Content-Type") != "image/jpeg" || a.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%v", a.header)
		}
		photoOf(other).problem(fault.NotFound)
		var shared struct{ URL string }
		s.call("POST", s.PublicURL+"/trackOrder/share", map[string]any{"key": key}).want(200).into(&shared)
		strangers := trackingKey(created{TrackingURL: shared.URL})
		photoOf(strangers).problem(fault.Unauthorized)
		if seen, may := s.complaintsOf(strangers); len(seen) != 0 || may {
			t.Errorf("the holder of a shared link sees %+v", seen)
		}
		s.answersComplaint(o, key)
	})
}

// answersComplaint has Ann answer the order's complaint with a part of the money.
func (s *shop) answersComplaint(o order, key string) {
	s.Helper()
	var waiting struct {
		Complaints []struct {
			OrderID int64
			Photos  int
		}
	}
	s.call("GET", s.PrivateURL+"/complaints", nil, "Authorization", byAnn).want(200).into(&waiting)
	if len(waiting.Complaints) != 1 || waiting.Complaints[0].OrderID != o.OrderID || waiting.Complaints[0].Photos != 2 {
		s.Fatalf("%+v", waiting)
	}
	s.call("GET", fmt.Sprintf("%s/complaints/photo?orderId=%d&complaint=1&photo=1", s.PrivateURL, o.OrderID), nil, "Authorization", byAnn).want(200)
	body := map[string]any{"orderId": o.OrderID, "complaint": 1, "outcome": "partly-refunded", "amount": 1500, "text": "We are sorry about the pot."}
	for range 2 {
		s.call("POST", s.PrivateURL+"/answerComplaint", body, "Authorization", byAnn).want(200)
	}
	body["text"] = "Another answer."
	s.call("POST", s.PrivateURL+"/answerComplaint", body, "Authorization", byAnn).problem(fault.Conflict)
	seen, may := s.complaintsOf(key)
	if len(seen) != 1 || seen[0].State != "partly-refunded" || seen[0].Amount != 1500 || seen[0].Answer != "We are sorry about the pot." || !may {
		s.Errorf("%+v, %v", seen, may)
	}
	s.eventually("mails about the complaint", func() bool {
		all := fmt.Sprint(s.mails("broken@example.com"))
		return strings.Contains(all, "we have your complaint") && strings.Contains(all, "our answer to your complaint") &&
			strings.Contains(all, "We give you $15.00 back") && strings.Contains(all, "We are sorry about the pot.") && strings.Contains(all, "It is for your complaint.")
	})
	clean(s.T, s.audited())
}

// TestAComplaintIsAnsweredWithAReplacement: it goes the whole way, nobody pays for it, and the two orders name each other.
func TestAComplaintIsAnsweredWithAReplacement(t *testing.T) {
	t.Parallel()
	withEachEngine(t, func(t *testing.T, engine func(*app.Config)) {
		s := start(t, tracking(t), operated, engine)
		o, key := s.handedOver("again", "US")
		s.call("POST", s.PublicURL+"/complaints", map[string]any{"key": key, "kind": "damaged", "text": "It came broken"}).want(200)
		body := map[string]any{"orderId": o.OrderID, "complaint": 1, "outcome": "replaced", "text": "Another one comes.", "lines": []any{map[string]any{"sku": "LB001", "quantity": 3}}}
		s.call("POST", s.PrivateURL+"/answerComplaint", body, "Authorization", byAnn).refuses(fault.Invalid, "lines")
		body["lines"] = []any{map[string]any{"sku": "LB001", "quantity": 1}}
		for range 2 {
			s.call("POST", s.PrivateURL+"/answerComplaint", body, "Authorization", byAnn).want(200)
		}
		seen, _ := s.complaintsOf(key)
		if len(seen) != 1 || seen[0].State != "replaced" || seen[0].Replacement == 0 {
			t.Fatalf("%+v", seen)
		}
		made := s.arrives(seen[0].Replacement, "STOCKED")
		if made.Amount != 0 || made.OrderedProducts != "LB001" {
			t.Errorf("%+v", made)
		}
		s.eventually("the mails of the replacement", func() bool {
			all := fmt.Sprint(s.mails("again@example.com"))
			return strings.Contains(all, "your replacement") && strings.Contains(all, fmt.Sprintf("as order %d", made.OrderID))
		})
		clean(t, s.audited())
	})
}
