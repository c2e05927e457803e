// SPDX-License-Identifier: Apache-2.0

package process

import (
	"bytes"
	"io"
	"os"
)

// tailBytes is how much of a file is read at most for its last lines.
const tailBytes = 32 << 10

// tail returns the last n lines of a file, without the final line break.
func tail(path string, n int) (string, error) {
	f, err := os.Open(path) //nolint:gosec // Named by the caller.
	if err != nil {
		return "", err
	}
	defer f.Close() //nolint:errcheck // Opened for reading.
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	from := max(0, info.Size()-tailBytes)
	content, err := io.ReadAll(io.NewSectionReader(f, from, info.Size()-from))
	if err != nil {
		return "", err
	}
	lines := bytes.Split(bytes.TrimRight(content, "\n"), []byte("\n"))
	if from > 0 && len(lines) > 1 {
		lines = lines[1:] // The first is cut.
	}
	return string(bytes.Join(lines[max(0, len(lines)-n):], []byte("\n"))), nil
}
