package paper

// top is the head of the first page: who sells to whom, and what is said of the document.
func (s *sheet) top() {
	s.y = margin + 4
	s.put(margin, s.right()-margin, "R", s.view.Title, large, bold, ink)
	half := (s.right() - margin) / 2
	for i, l := range s.view.Seller {
		if i == 0 {
			s.block(margin, half, l, usual+4, bold, accent)
			continue
		}
		s.block(margin, half, l, small, regular, ink)
	}
	s.y = max(s.y, margin+14) + 2*lineHeight
	start := s.y
	s.put(margin, half, "L", s.view.BuyerLabel, small, regular, soft)
	s.y += lineHeight
	for _, l := range s.view.Buyer {
		s.block(margin, half-5, l, usual, regular, ink)
	}
	left := s.y
	if s.pdf.PageNo() == 1 {
		s.y = start
	}
	for _, f := range s.view.Facts {
		s.fact(margin+half, half, f)
	}
	s.y = max(left, s.y) + 2*lineHeight
}

// block writes a text in as many lines as it needs.
func (s *sheet) block(x, width float64, text string, points float64, weight string, c colour) {
	s.pdf.SetFont("go", weight, points)
	for _, l := range s.wrap(text, width) {
		s.room(1)
		s.put(x, width, "L", l, points, weight, c)
		s.y += lineHeight * max(1, points/usual)
	}
}

// fact writes a name at the left and its value at the right, over as many lines as the value needs.
func (s *sheet) fact(x, width float64, f fact) {
	weight, points := regular, usual
	if f.Strong {
		weight, points = bold, usual+1
	}
	s.pdf.SetFont("go", weight, points)
	for i, l := range s.wrap(f.Value, width*0.6) {
		s.room(1)
		if i == 0 {
			s.put(x, width, "L", f.Name, points, weight, soft)
		}
		s.put(x, width, "R", l, points, weight, ink)
		s.y += lineHeight
	}
}

// column is one of a table: its place and what rows have in it.
type column struct {
	x, width float64
	align    string
	text     string
}

// columns are those of a row: the text takes what the others leave.
func (s *sheet) columns(r row) []column {
	others := []column{{width: 16, text: r.Quantity}, {width: 27, text: r.Price}, {width: 25, text: r.Off}, {width: 28, text: r.Net}, {width: 16, text: r.Tax}}
	if !s.view.HasOff {
		others = append(others[:2], others[3:]...)
	}
	all, x := make([]column, len(others)+1), s.right()
	for i := len(others) - 1; i >= 0; i-- {
		x -= others[i].width
		all[i+1] = column{x: x, width: others[i].width, align: "R", text: others[i].text}
	}
	all[0] = column{x: margin, width: x - margin, align: "L", text: r.Text}
	return all
}

// lines is the table of what was sold. Its headings come again on each page.
func (s *sheet) lines() {
	if len(s.view.Rows) == 0 {
		return
	}
	heads := func() { s.head(s.columns(s.view.Columns)) }
	s.room(4)
	heads()
	s.heads = heads
	for _, r := range s.view.Rows {
		s.row(s.columns(r))
	}
	s.heads = nil
	s.y += lineHeight
}

// head writes the headings of a table.
func (s *sheet) head(columns []column) {
	for _, c := range columns {
		s.put(c.x, c.width, c.align, c.text, small, regular, soft)
	}
	s.rule(1.8, accent, 0.5)
	s.y += lineHeight + 2
}

// row writes one row. All columns are wrapped, but what is wrapped is mostly the first.
func (s *sheet) row(columns []column) {
	s.pdf.SetFont("go", regular, usual)
	cells, height := make([][]string, len(columns)), 1
	for i, c := range columns {
		cells[i] = s.wrap(c.text, c.width-2)
		height = max(height, len(cells[i]))
	}
	s.room(min(height, 8))
	for n := range height {
		s.room(1)
		for i, c := range columns {
			if n < len(cells[i]) {
				s.put(c.x, c.width, c.align, cells[i][n], usual, regular, ink)
			}
		}
		s.y += lineHeight
	}
	s.rule(1.5-lineHeight, line, 0.2)
	s.y += 1.5
}

// taxes is the table of taxes by rate, each with its legal text.
func (s *sheet) taxes() {
	if len(s.view.Taxes) == 0 {
		return
	}
	s.room(5)
	s.head(s.taxColumns(s.view.TaxColumns.Name, s.view.TaxColumns))
	for _, t := range s.view.Taxes {
		name := t.Name
		if t.Code != "" {
			name = t.Code + "   " + t.Name
		}
		s.row(s.taxColumns(name, t))
		if t.Text != "" {
			s.block(margin, s.right()-margin, t.Text, small, regular, soft)
			s.y += 1.5
		}
	}
	s.y += lineHeight
}

func (s *sheet) taxColumns(name string, t taxRow) []column {
	const width = 32
	r := s.right()
	return []column{
		{x: margin, width: r - margin - 2*width, align: "L", text: name},
		{x: r - 2*width, width: width, align: "R", text: t.Base},
		{x: r - width, width: width, align: "R", text: t.Amount},
	}
}

// sums are the totals, at the right, on one page.
func (s *sheet) sums() {
	const width = 85
	s.room(len(s.view.Sums) + 2)
	for _, f := range s.view.Sums {
		if f.Strong {
			s.y += 1.5
		}
		s.fact(s.right()-width, width, f)
	}
	s.y += lineHeight
}

func (s *sheet) notes() {
	for _, n := range s.view.Notes {
		s.block(margin, s.right()-margin, n, usual, regular, ink)
		s.y += 1.5
	}
}
