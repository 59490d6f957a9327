package paper

import (
	"bytes"
	"fmt"
	"io"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
)

// size is that of a page, in millimetres.
type size struct{ width, height float64 }

var pageSizes = map[string]size{"A4": {210, 297}, "Letter": {215.9, 279.4}}

// Millimetres and points.
const (
	margin     = 20.0
	bottom     = 24.0 // below it is the foot
	lineHeight = 5.0
	small      = 9.0
	usual      = 10.0
	large      = 20.0
)

const (
	regular = ""
	bold    = "B"
)

// colour is red, green and blue.
type colour [3]int

var (
	ink    = colour{0x14, 0x33, 0x2a}
	soft   = colour{0x4b, 0x61, 0x57}
	line   = colour{0xcf, 0xda, 0xcd}
	accent = colour{0x1b, 0x5e, 0x45}
)

// PDF writes a document as a PDF. Characters that the font lacks, which has Latin, Greek and Cyrillic ones, are written as □.
func PDF(w io.Writer, d Document) error {
	if err := d.Check(); err != nil {
		return err
	}
	v := viewOf(d)
	draft, err := draw(d, v, 0) // counts the pages
	if err != nil {
		return err
	}
	s, err := draw(d, v, draft.pdf.PageCount())
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := s.pdf.Output(&out); err != nil {
		return fmt.Errorf("paper: %w", err)
	}
	_, err = w.Write(out.Bytes())
	return err
}

// sheet is a PDF that is being drawn, from the top down.
type sheet struct {
	pdf   *fpdf.Fpdf
	view  view
	size  size
	y     float64
	pages int    // that it will have; 0 as long as nobody knows
	heads func() // what is repeated at the top of further pages
}

// draw draws a document that has so many pages.
func draw(d Document, v view, pages int) (*sheet, error) {
	page := d.PageSize
	if page == "" {
		page = "A4"
	}
	s := &sheet{pdf: fpdf.New("P", "mm", page, ""), view: v, size: pageSizes[page], pages: pages}
	s.describe(d)
	s.addPage()
	s.top()
	s.lines()
	s.taxes()
	s.sums()
	s.notes()
	if err := s.pdf.Error(); err != nil {
		return nil, fmt.Errorf("paper: %w", err)
	}
	return s, nil
}

// describe sets what the file says of itself. Its times are the day of issue, so that the same document is the same file.
func (s *sheet) describe(d Document) {
	s.pdf.SetCatalogSort(true)
	year, month, day := d.Issued.Date()
	s.pdf.SetCreationDate(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
	s.pdf.SetModificationDate(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
	s.pdf.SetTitle(s.view.Title+" "+s.view.Number, true)
	s.pdf.SetLang(s.view.Language)
	if len(s.view.Seller) > 0 {
		s.pdf.SetAuthor(s.view.Seller[0], true)
	}
	s.pdf.SetAutoPageBreak(false, 0)
	s.pdf.AddUTF8FontFromBytes("go", regular, goregular.TTF)
	s.pdf.AddUTF8FontFromBytes("go", bold, gobold.TTF)
}

func (s *sheet) right() float64 { return s.size.width - margin }

// addPage begins a page, with what is repeated and the foot.
func (s *sheet) addPage() {
	s.pdf.AddPage()
	s.y = margin
	s.rule(0, accent, 1.5)
	s.foot()
	if s.pdf.PageNo() == 1 {
		return
	}
	s.put(margin, s.right()-margin, "L", s.view.Carried, small, regular, soft)
	s.y += 2 * lineHeight
	if s.heads != nil {
		s.heads()
	}
}

func (s *sheet) foot() {
	y := s.y
	s.y = s.size.height - bottom/2
	if len(s.view.Seller) > 0 {
		s.put(margin, s.right()-margin-40, "L", s.view.Seller[0], small, regular, soft)
	}
	page := s.view.words.say("page", "page", s.pdf.PageNo(), "pages", s.pages)
	s.put(margin, s.right()-margin, "R", page, small, regular, soft)
	s.y = y
}

// room begins a page if so many lines have no room on this one.
func (s *sheet) room(lines int) {
	if s.y+float64(lines)*lineHeight > s.size.height-bottom {
		s.addPage()
	}
}

// put writes one line of text at the present height, L or R aligned in a width.
func (s *sheet) put(x, width float64, align, text string, points float64, weight string, c colour) {
	s.pdf.SetFont("go", weight, points)
	s.pdf.SetTextColor(c[0], c[1], c[2])
	text = shown(text)
	if align == "R" {
		x += width - s.pdf.GetStringWidth(text)
	}
	s.pdf.Text(x, s.y, text)
}

// rule draws a line across the page, so far below the present height.
func (s *sheet) rule(below float64, c colour, width float64) {
	s.pdf.SetDrawColor(c[0], c[1], c[2])
	s.pdf.SetLineWidth(width)
	y := s.y + below
	if y == margin {
		y -= 8
	}
	s.pdf.Line(margin, y, s.right(), y)
}
