// SPDX-License-Identifier: Apache-2.0

package localcluster

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	"golang.org/x/mod/modfile"
)

const (
	modulePath = "github.com/crossplane-contrib/provider-packet"

	// keepUnused is for how long a program stays in the cache that nobody uses.
	keepUnused = 30 * 24 * time.Hour
	lockPeriod = 200 * time.Millisecond
)

// CacheDir returns the folder, outside of the source tree, where programs are
// kept. It exists.
func CacheDir() (string, error) {
	base, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("cannot find the user's cache folder: %w", err)
	}
	dir := filepath.Join(base, "provider-packet")
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // Programs are no secret.
		return "", fmt.Errorf("cannot create the cache folder: %w", err)
	}
	return dir, nil
}

// Root returns the folder of the project's source: the working folder or the
// nearest above it that holds the project's go.mod.
func Root() (string, error) {
	wd, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("cannot find the source: %w", err)
	}
	for dir := wd; ; dir = filepath.Dir(dir) {
		content, err := os.ReadFile(filepath.Join(dir, "go.mod")) //nolint:gosec // A file of the source tree.
		if err == nil && modfile.ModulePath(content) == modulePath {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("%s is not within the source of %s", wd, modulePath)
		}
	}
}

// cacheKey returns a text that differs wherever a program built from the module
// would: by its files, the version of Go and the platform.
func cacheKey(ctx context.Context, module string) (string, error) {
	version, err := goOutput(ctx, module, "env", "GOVERSION")
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	_, _ = fmt.Fprintln(sum, version, runtime.GOOS, runtime.GOARCH)
	err = filepath.WalkDir(module, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !isSource(d.Name()) {
			return err
		}
		return hashFile(sum, module, path)
	})
	if err != nil {
		return "", fmt.Errorf("cannot read the source of %s: %w", module, err)
	}
	return hex.EncodeToString(sum.Sum(nil))[:16], nil
}

// isSource says whether what is built depends on a file of that name.
func isSource(name string) bool {
	return name == "go.mod" || name == "go.sum" || strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go")
}

func hashFile(w io.Writer, module, path string) error {
	rel, err := filepath.Rel(module, path)
	if err != nil {
		return err
	}
	content, err := os.ReadFile(path) //nolint:gosec // A file of the source tree.
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s %d\n%s\n", filepath.ToSlash(rel), len(content), content)
	return err
}

// lock waits until no other process holds the lock file, which is reported to
// take the estimate at most, and holds it until the function it returns is
// called or the process ends.
func lock(ctx context.Context, path string, estimate time.Duration, report Report) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // In the cache folder.
	if err != nil {
		return nil, fmt.Errorf("cannot open the lock file: %w", err)
	}
	locked, err := tryLock(f)
	if err == nil && !locked {
		err = awaitLock(ctx, f, estimate, report)
	}
	if err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("cannot lock %s: %w", path, err)
	}
	return func() { _ = f.Close() }, nil
}

func awaitLock(ctx context.Context, f *os.File, estimate time.Duration, report Report) error {
	defer report.begin("waiting for another process to build it", estimate)()
	ticker := time.NewTicker(lockPeriod)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
		if locked, err := tryLock(f); locked || err != nil {
			return err
		}
	}
}

// tryLock says whether it could lock the file.
func tryLock(f *os.File) (bool, error) {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) //nolint:gosec // Numbers of files are small.
	if errors.Is(err, syscall.EWOULDBLOCK) || errors.Is(err, syscall.EINTR) {
		return false, nil
	}
	return err == nil, err
}

// prune removes the program's builds that have not been used for long.
func prune(dir, name string) error {
	builds, err := filepath.Glob(filepath.Join(dir, name+"-*"))
	if err != nil {
		return fmt.Errorf("cannot clean the cache: %w", err)
	}
	for _, path := range builds {
		info, err := os.Stat(path)
		if err == nil && time.Since(info.ModTime()) > keepUnused {
			err = os.Remove(path)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("cannot clean the cache: %w", err)
		}
	}
	return nil
}
