package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"
)

// contentTypes are the kinds of files that the shop has. The system's own table differs between machines.
var contentTypes = map[string]string{
	".html": "text/html; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".json": "application/json",
	".svg":  "image/svg+xml",
	".txt":  "text/plain; charset=utf-8",
}

// document is one file, ready to send, plain and compressed.
type document struct {
	contentType    string
	hash           string
	plain, gzipped []byte
}

// compressor makes documents. It reuses one gzip.Writer, because making one takes longer than compressing a page.
type compressor struct{ zip *gzip.Writer }

func newCompressor() (*compressor, error) {
	zip, err := gzip.NewWriterLevel(nil, gzip.BestCompression)
	return &compressor{zip}, err
}

func (p *compressor) document(name string, content []byte) (*document, error) {
	contentType, ok := contentTypes[path.Ext(name)]
	if !ok {
		return nil, fmt.Errorf("%s: no content type for this kind of file", name)
	}
	gzipped, err := p.compress(content)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	sum := sha256.Sum256(content)
	return &document{contentType: contentType, hash: hex.EncodeToString(sum[:6]), plain: content, gzipped: gzipped}, nil
}

func (p *compressor) compress(content []byte) ([]byte, error) {
	var out bytes.Buffer
	p.zip.Reset(&out)
	if _, err := p.zip.Write(content); err != nil {
		return nil, err
	}
	if err := p.zip.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// serve sends the document, or 304 when the client has it. Any status but 200 is sent whole.
func (d *document) serve(w http.ResponseWriter, r *http.Request, status int) {
	body, tag := d.plain, d.hash
	h := w.Header()
	h.Add("Vary", "Accept-Encoding")
	if acceptsGzip(r.Header.Get("Accept-Encoding")) {
		body, tag = d.gzipped, d.hash+"-gzip"
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Type", d.contentType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if status == http.StatusOK {
		h.Set("ETag", `"`+tag+`"`)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
		return
	}
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the client may be gone: there is no one left to tell
	}
}

// acceptsGzip reads Accept-Encoding as far as it matters: gzip, or anything, and not with weight zero.
func acceptsGzip(header string) bool {
	for _, offer := range weighted(header) {
		if name := strings.ToLower(offer.name); (name == "gzip" || name == "*") && offer.weight > 0 {
			return true
		}
	}
	return false
}
