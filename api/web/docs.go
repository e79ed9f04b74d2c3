package web

// Docs is the reference of the interface, as its page shows it.
type Docs struct {
	Version     string
	Title       string
	Description []string // paragraphs
	MetricsURL  string
	Groups      []DocsGroup
	Problems    []DocsProblem
	Schemas     []DocsSchema
}

// PageTitle is the text of the browser's tab.
func (Docs) PageTitle() string { return "Reference · labourmatch" }

// Here is the path of the page, for the navigation to mark.
func (Docs) Here() string { return "/docs" }

// DocsGroup is a family of operations.
type DocsGroup struct {
	Name, Text string
	Operations []DocsOperation
}

// DocsOperation is one method on one path.
type DocsOperation struct {
	ID, Method, Path, Summary string
	Description               []string
	Access                    string
	Parameters                []DocsField
	Body                      []DocsMedia
	Responses                 []DocsResponse
}

// DocsField is a parameter of an operation or a property of a schema.
type DocsField struct {
	Name, In, Type, Text string
	Required             bool
}

// DocsMedia is one form a body may have; Schema, if not empty, names one of [Docs.Schemas].
type DocsMedia struct{ Type, Schema string }

// DocsResponse is one answer an operation may give.
type DocsResponse struct {
	Status, Text string
	Media        []DocsMedia
}

// DocsProblem is one kind of refusal.
type DocsProblem struct {
	Slug, Title, Text string
	Status            int
}

// DocsSchema is one object of the interface.
type DocsSchema struct {
	Name, Text string
	Fields     []DocsField
}
