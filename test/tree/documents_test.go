// SPDX-License-Identifier: Apache-2.0

package tree

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	fence       = regexp.MustCompile("(?ms)^ *```.*?\n *```$")
	span        = regexp.MustCompile("`([^`\n]+)`")
	link        = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading     = regexp.MustCompile(`(?m)^#+ +(.+)$`)
	makeCall    = regexp.MustCompile(`(?m)(?:^|[\s(])make ([a-z][a-z0-9-]*)`)
	makeTarget  = regexp.MustCompile(`(?m)^([a-z][a-z0-9-]*):`)
	placeholder = regexp.MustCompile(`<[a-z]+>`)
	pathShape   = regexp.MustCompile(`^[A-Za-z0-9._*-]+(/[A-Za-z0-9._*-]+)*/?$`)
	fileShape   = regexp.MustCompile(`^(Makefile|LICENSE|[A-Za-z0-9._-]+\.(go|md|mod|sum|yaml|yml|txt))$`)
	moduleShape = regexp.MustCompile(`^[a-z0-9-]+\.[a-z0-9.-]+/`)
)

// A reference is something that a document names and that must exist.
type reference struct {
	text string // as the document has it
	path string // relative to root; may be a pattern
}

func TestDocumentsNameWhatExists(t *testing.T) {
	for _, doc := range documents(t) {
		t.Run(doc, func(t *testing.T) {
			text := read(t, doc)
			for _, ref := range append(spans(text), commands(t, text)...) {
				if !exists(t, ref.path) {
					t.Errorf("%s names %q, and there is no such file or folder", doc, ref.text)
				}
			}
		})
	}
}

func TestDocumentsLinkToWhatExists(t *testing.T) {
	for _, doc := range documents(t) {
		t.Run(doc, func(t *testing.T) {
			for _, m := range link.FindAllStringSubmatch(fence.ReplaceAllString(read(t, doc), ""), -1) {
				target, anchor, _ := strings.Cut(m[1], "#")
				if strings.Contains(target, ":") {
					continue
				}
				to := path.Join(path.Dir(doc), target)
				if target == "" {
					to = doc
				}
				if !exists(t, to) {
					t.Errorf("%s links to %q, and there is no such file or folder", doc, m[1])
					continue
				}
				if anchor != "" && !slices.Contains(anchors(read(t, to)), anchor) {
					t.Errorf("%s links to %q, and %s has no such heading", doc, m[1], to)
				}
			}
		})
	}
}

func TestDocumentsCallTargetsThatExist(t *testing.T) {
	var targets []string
	for _, m := range makeTarget.FindAllStringSubmatch(read(t, "Makefile"), -1) {
		targets = append(targets, m[1])
	}
	for _, doc := range documents(t) {
		t.Run(doc, func(t *testing.T) {
			text := read(t, doc)
			code := fence.FindAllString(text, -1)
			for _, m := range span.FindAllStringSubmatch(fence.ReplaceAllString(text, ""), -1) {
				code = append(code, m[1])
			}
			for _, m := range makeCall.FindAllStringSubmatch(strings.Join(code, "\n"), -1) {
				if !slices.Contains(targets, m[1]) {
					t.Errorf("%s says %q, and the Makefile has no such target", doc, "make "+m[1])
				}
			}
		})
	}
}

func TestEveryDocumentIsReached(t *testing.T) {
	var all strings.Builder
	for _, doc := range documents(t) {
		dir := path.Dir(doc)
		for _, m := range link.FindAllStringSubmatch(read(t, doc), -1) {
			target, _, _ := strings.Cut(m[1], "#")
			if to := path.Join(dir, target); to != doc {
				all.WriteString(to + "\n")
			}
		}
	}
	reached := strings.Split(all.String(), "\n")
	for _, doc := range documents(t) {
		if doc != "README.md" && !slices.Contains(reached, doc) {
			t.Errorf("no document links to %s", doc)
		}
	}
}

// documents returns the Markdown files of the repository.
func documents(t *testing.T) []string {
	t.Helper()
	docs := files(t, ".md")
	if len(docs) == 0 {
		t.Fatal("found no documents")
	}
	return docs
}

// spans returns the paths that a document names in backticks.
func spans(text string) []reference {
	var refs []reference
	for _, m := range span.FindAllStringSubmatch(fence.ReplaceAllString(text, ""), -1) {
		p := placeholder.ReplaceAllString(m[1], "*")
		if !pathShape.MatchString(p) || moduleShape.MatchString(p) || built(p) {
			continue
		}
		if strings.Contains(p, "/") || fileShape.MatchString(p) {
			refs = append(refs, reference{text: m[1], path: p})
		}
	}
	return refs
}

// commands returns the paths in a document's blocks of code that begin with a
// folder of the repository, such as those given to kubectl apply.
func commands(t *testing.T, text string) []reference {
	t.Helper()
	var refs []reference
	for _, block := range fence.FindAllString(text, -1) {
		for word := range strings.FieldsSeq(block) {
			p := placeholder.ReplaceAllString(strings.TrimPrefix(word, "./"), "*")
			first, _, ok := strings.Cut(p, "/")
			if ok && pathShape.MatchString(p) && first != ".." && exists(t, first) && !built(p) {
				refs = append(refs, reference{text: word, path: p})
			}
		}
	}
	return refs
}

// anchors returns the anchors that GitHub gives to a document's headings.
func anchors(text string) []string {
	var found []string
	for _, m := range heading.FindAllStringSubmatch(fence.ReplaceAllString(text, ""), -1) {
		anchor := strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case r == '-', r == '_', r >= '0' && r <= '9', r >= 'a' && r <= 'z':
				return r
			}
			return -1
		}, strings.ToLower(m[1]))
		found = append(found, anchor)
	}
	return found
}
