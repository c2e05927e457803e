// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"bytes"
	"context"
	"io"
	"net/http"
)

// readBody reads an answer up to its bound, which counts what it is after
// decompression. Of what is no success the beginning is enough.
func (l *call) readBody(ctx context.Context, resp *http.Response) ([]byte, error) {
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return io.ReadAll(io.LimitReader(resp.Body, maxRefusal))
	}
	limit := min(maxObject, l.opts.MaxAnswer)
	body, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	switch {
	case err != nil || int64(len(body)) <= limit:
		return body, err
	case !l.long || limit == l.opts.MaxAnswer:
		return nil, errAnswerTooLong
	}

	if err := l.hold(ctx); err != nil {
		return nil, err
	}
	limit = l.opts.MaxAnswer
	body, err = io.ReadAll(io.MultiReader(bytes.NewReader(body), io.LimitReader(resp.Body, limit+1-int64(len(body)))))
	if err == nil && int64(len(body)) > limit {
		err = errAnswerTooLong
	}
	return body, err
}

// hold waits until there is room for a large answer.
func (l *call) hold(ctx context.Context) error {
	if l.large {
		return nil // since an earlier try
	}
	select {
	case l.Client.large <- struct{}{}:
		l.large = true
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// release lets go of a large answer. Who asks with request.long must call it
// once the answer is decoded.
func (l *call) release() {
	l.body = nil
	if l.large {
		l.large = false
		<-l.Client.large
	}
}
