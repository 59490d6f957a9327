package partner

// Route selects the real or the simulated partner. Both clients must be set; they may be the same.
type Route struct {
	Live *Client // for real orders
	Test *Client // the simulator, for test orders, whatever Live is
}

// Client is the one for an order.
func (r Route) Client(test bool) *Client {
	if test {
		return r.Test
	}
	return r.Live
}
