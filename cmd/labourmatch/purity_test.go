package main_test

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
	"testing"
)

// impure are the packages through which the world outside the arguments gets in, or something gets out. The engine
// may import none of them: the same market and policy must give the same result everywhere and always.
var impure = []string{
	"bufio", "database/sql", "embed", "expvar", "flag", "io/fs", "io/ioutil", "log", "math/rand", "net", "os", "plugin",
	"runtime/debug", "syscall", "testing", "crypto/rand", "path/filepath", "unsafe",
}

// clocks are the functions of package time that read the clock or wait for it.
var clocks = []string{"Now", "Since", "Until", "After", "AfterFunc", "Tick", "NewTicker", "NewTimer", "Sleep"}

// inEngine says whether a file is the engine's own code.
func inEngine(f sourceFile) bool {
	return within(f.dir, "matcher") && !f.test
}

func TestTheEngineReadsNoFileNoNetworkNoDatabaseAndNoRandomness(t *testing.T) {
	for _, f := range house(t) {
		if !inEngine(f) {
			continue
		}
		for _, path := range imports(f) {
			if path == "math/rand/v2" {
				continue // its global functions are looked for below
			}
			for _, bad := range impure {
				if within(path, bad) && !forTests(f) {
					t.Errorf("%s imports %s; the engine is pure", f.path(), path)
				}
			}
			if first, _, _ := strings.Cut(path, "/"); strings.Contains(first, ".") && !within(path, "gonum.org/v1/gonum") {
				t.Errorf("%s imports %s; the engine stands on the standard library and gonum alone", f.path(), path)
			}
		}
	}
}

// forTests says whether a file belongs to a package that exists only for tests, named like httptest: such a one below
// the engine may know package testing and other programs.
func forTests(f sourceFile) bool {
	return strings.HasSuffix(f.ast.Name.Name, "test")
}

func TestTheEngineReadsNoClock(t *testing.T) {
	for _, f := range house(t) {
		if !inEngine(f) || forTests(f) {
			continue
		}
		calls(f, func(pkg, name string, at token.Pos) {
			if pkg == "time" && slices.Contains(clocks, name) {
				t.Errorf("%s: time.%s; the engine has no clock", fset.Position(at), name)
			}
		})
	}
}

func TestRandomnessIsNeverTheGlobalOne(t *testing.T) {
	for _, f := range house(t) {
		calls(f, func(pkg, name string, at token.Pos) {
			if pkg == "math/rand/v2" && !strings.HasPrefix(name, "New") && ast.IsExported(name) && !isRandType(name) {
				t.Errorf("%s: rand.%s draws from the global source; hand a seeded one in", fset.Position(at), name)
			}
		})
	}
}

// isRandType says whether an exported name of math/rand/v2 is a type.
func isRandType(name string) bool {
	return slices.Contains([]string{"Rand", "Source", "PCG", "ChaCha8", "Zipf"}, name)
}

// calls reports every use of another package's name in f, by import path.
func calls(f sourceFile, report func(pkg, name string, at token.Pos)) {
	local := map[string]string{} // the name a package has in this file -> its path
	for i, path := range imports(f) {
		name := path[strings.LastIndexByte(path, '/')+1:]
		if path == "math/rand/v2" {
			name = "rand"
		}
		if own := f.ast.Imports[i].Name; own != nil {
			name = own.Name
		}
		local[name] = path
	}
	ast.Inspect(f.ast, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		// An identifier the parser resolved is a variable of this file and hides the package.
		if x, ok := sel.X.(*ast.Ident); ok && x.Obj == nil && local[x.Name] != "" {
			report(local[x.Name], sel.Sel.Name, sel.Pos())
		}
		return true
	})
}

func TestNothingHappensBeforeMain(t *testing.T) {
	for _, f := range house(t) {
		for _, d := range f.ast.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				t.Errorf("%s: init runs before main and behind the reader's back; call it by name", fset.Position(fn.Pos()))
			}
		}
	}
}

func TestNoPackageVariableIsWrittenAfterItsDeclaration(t *testing.T) {
	packages := map[string]map[string]bool{} // directory -> names of package-level variables
	for _, f := range house(t) {
		if f.test {
			continue
		}
		for _, d := range f.ast.Decls {
			gen, ok := d.(*ast.GenDecl)
			if !ok || gen.Tok != token.VAR {
				continue
			}
			for _, s := range gen.Specs {
				for _, name := range s.(*ast.ValueSpec).Names {
					if packages[f.dir] == nil {
						packages[f.dir] = map[string]bool{}
					}
					packages[f.dir][name.Name] = true
				}
			}
		}
	}
	for _, f := range house(t) {
		if f.test {
			continue
		}
		written := func(e ast.Expr) {
			id := stem(e)
			if id == nil || !packages[f.dir][id.Name] {
				return
			}
			// Resolved to something that is no package-level variable: a local of the same name.
			if id.Obj != nil && f.ast.Scope.Lookup(id.Name) != id.Obj {
				return
			}
			t.Errorf("%s: %s is a package variable and is written; state belongs in a value that is handed in",
				fset.Position(e.Pos()), id.Name)
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				if n.Tok != token.DEFINE {
					for _, e := range n.Lhs {
						written(e)
					}
				}
			case *ast.IncDecStmt:
				written(n.X)
			case *ast.RangeStmt:
				if n.Tok == token.ASSIGN && n.Key != nil {
					written(n.Key)
				}
			}
			return true
		})
	}
}

// stem returns the variable an expression on the left of an assignment begins with: m of m.f[i].g.
func stem(e ast.Expr) *ast.Ident {
	for {
		switch x := e.(type) {
		case *ast.Ident:
			return x
		case *ast.SelectorExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.ParenExpr:
			e = x.X
		default:
			return nil
		}
	}
}

func TestTheCertifierSharesNoCodeWithTheSolver(t *testing.T) {
	const dir, certifier = "matcher/flow", "certify" // all files whose names begin so
	var own []*ast.File
	theirs := map[string]string{} // functions, variables and methods of the other files -> file
	fields := map[string]bool{}   // names of struct fields, which a selector may well mean
	for _, f := range house(t) {
		if f.dir != dir || f.test {
			continue
		}
		if strings.HasPrefix(f.name, certifier) {
			own = append(own, f.ast)
			continue
		}
		for _, d := range f.ast.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				// How the problem is stored is no part of how it is solved: what anybody may call to read it, the certifier may.
				if f.name != "network.go" || !d.Name.IsExported() {
					theirs[d.Name.Name] = f.name
				}
			case *ast.GenDecl:
				for _, s := range d.Specs {
					switch s := s.(type) {
					case *ast.ValueSpec:
						for _, name := range s.Names {
							if d.Tok == token.VAR {
								theirs[name.Name] = f.name
							}
						}
					case *ast.TypeSpec:
						// The problem and its solution are exported; an unexported type is the solver's workings.
						if !s.Name.IsExported() {
							theirs[s.Name.Name] = f.name
						}
						if st, ok := s.Type.(*ast.StructType); ok {
							for _, field := range st.Fields.List {
								for _, name := range field.Names {
									fields[name.Name] = true
								}
							}
						}
					}
				}
			}
		}
	}
	if own == nil {
		t.Fatalf("%s has no file %s*.go", dir, certifier)
	}
	// Its own declarations hide nothing of the others: one package has one name space, methods apart.
	for _, file := range own {
		for _, d := range file.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok {
				delete(theirs, fn.Name.Name)
			}
		}
	}
	for _, file := range own {
		ast.Inspect(file, func(n ast.Node) bool {
			// The parser resolves what is local or declared in this file; what it leaves open comes from elsewhere.
			if id, ok := n.(*ast.Ident); ok && id.Obj == nil && !fields[id.Name] && theirs[id.Name] != "" {
				t.Errorf("%s: %s is declared in %s", fset.Position(id.Pos()), id.Name, theirs[id.Name])
			}
			return true
		})
	}
}
