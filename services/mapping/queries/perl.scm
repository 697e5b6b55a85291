(package_statement name: (package) @name (block)? @body) @definition.module
(package_statement) @onwards
(subroutine_declaration_statement name: (bareword) @name body: (block)) @definition.function
(assignment_expression
  left: (variable_declaration variable: (scalar (varname) @name))
  right: (anonymous_subroutine_expression body: (block) @body)) @definition.function
((use_statement module: (package) @_word (list_expression . (autoquoted_bareword) @definition.constant @name))
  (#eq? @_word "constant"))
((use_statement module: (package) @_word
  (anonymous_hash_expression (list_expression (autoquoted_bareword) @definition.constant @name)))
  (#eq? @_word "constant"))
(source_file (expression_statement (variable_declaration variable: (_ (varname) @definition.variable @name))))
(source_file (expression_statement (variable_declaration variables: (_ (varname) @definition.variable @name))))
((source_file (expression_statement (assignment_expression
  left: (variable_declaration variable: (_ (varname) @definition.variable @name))
  right: (_) @_value)))
  (#not-match? @_value "^sub\\b"))
(source_file (expression_statement (assignment_expression
  left: (variable_declaration variables: (_ (varname) @definition.variable @name)))))
((package_statement (block (expression_statement (assignment_expression
  left: (variable_declaration variable: (_ (varname) @definition.variable @name))
  right: (_) @_value))))
  (#not-match? @_value "^sub\\b"))
(ERROR) @error
