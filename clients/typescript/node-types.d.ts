// The repository is checked with Node's types, which have all of fetch but this name of the DOM's.
type BodyInit = NonNullable<RequestInit['body']>;
