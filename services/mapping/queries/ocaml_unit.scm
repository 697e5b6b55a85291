; What only an implementation holds, and no interface
(compilation_unit (value_definition (let_binding pattern: [(value_name) (parenthesized_operator)] @name (parameter)) @definition.function))
(compilation_unit (value_definition (let_binding pattern: (value_name) @name body: [(fun_expression) (function_expression)]) @definition.function))
(compilation_unit (value_definition (let_binding pattern: [(value_name) (parenthesized_operator)] @name) @definition.variable))
(compilation_unit (value_definition (let_binding pattern: (tuple_pattern (value_name) @definition.variable @name))))
