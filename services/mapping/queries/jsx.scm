(jsx_opening_element name: [(identifier) (member_expression)] @markup.call)
(jsx_self_closing_element name: [(identifier) (member_expression)] @markup.call)
(jsx_expression (identifier) @maybe.name)
