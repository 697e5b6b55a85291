; Definitions
(function_declaration name: (identifier) @name) @definition.function
(function_declaration name: (dot_index_expression field: (identifier) @name)) @definition.function
(function_declaration name: (method_index_expression method: (identifier) @name)) @definition.method
(variable_declaration
  (assignment_statement
    (variable_list . name: (identifier) @name)
    (expression_list . value: (function_definition body: (_)? @body)))) @definition.function
([(chunk) (block)]
  (assignment_statement
    (variable_list . name: [(identifier) @name (dot_index_expression field: (identifier) @name)])
    (expression_list . value: (function_definition body: (_)? @body))) @definition.function)
(field name: (identifier) @name value: (function_definition body: (_)? @body)) @definition.function
((chunk (variable_declaration
  (assignment_statement
    (variable_list name: (identifier) @definition.variable @name)
    (expression_list) @_values)))
  (#not-match? @_values "^(require\\b|function\\b)"))
(chunk (variable_declaration (variable_list name: (identifier) @definition.variable @name)))
((chunk (assignment_statement
  (variable_list name: (identifier) @definition.variable @name)
  (expression_list) @_values))
  (#not-match? @_values "^function\\b"))
((chunk (assignment_statement
  (variable_list name: (dot_index_expression field: (identifier) @definition.field @name))
  (expression_list) @_values))
  (#not-match? @_values "^function\\b")
  (#not-match? @name "^__"))

; Uses
(function_call name: [(identifier) (dot_index_expression)] @reference.call)
(function_call name: (method_index_expression method: (identifier) @member.call))
(dot_index_expression) @access
(dot_index_expression table: (identifier) @maybe.name)
(method_index_expression table: (identifier) @maybe.name)
(bracket_index_expression table: (identifier) @maybe.name)
(arguments (identifier) @maybe.name)
(expression_list (identifier) @maybe.name)
(binary_expression (identifier) @maybe.name)
(field value: (identifier) @maybe.name)

((variable_declaration (assignment_statement (expression_list) @_values)) @import (#match? @_values "^require\\b"))
((chunk (function_call name: (identifier) @_word) @import) (#eq? @_word "require"))
(ERROR) @error
