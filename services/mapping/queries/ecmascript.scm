; What JavaScript and TypeScript share
(function_declaration) @definition.function
(generator_function_declaration) @definition.function
(method_definition) @definition.method
(variable_declarator value: [(arrow_function) (function_expression) (generator_function)]) @definition.function
(variable_declarator value: (class)) @definition.class
(program (lexical_declaration (variable_declarator) @definition.variable))
(program (variable_declaration (variable_declarator) @definition.variable))
(program (export_statement (lexical_declaration (variable_declarator) @definition.variable)))
(program (export_statement (variable_declaration (variable_declarator) @definition.variable)))
(program (export_statement (_ (variable_declarator name: (object_pattern [
  (shorthand_property_identifier_pattern) @definition.variable @name
  (pair_pattern value: (identifier) @definition.variable @name)
  (object_assignment_pattern left: (shorthand_property_identifier_pattern) @definition.variable @name)])))))
(program (export_statement (_ (variable_declarator name: (array_pattern [
  (identifier) @definition.variable @name
  (rest_pattern (identifier) @definition.variable @name)])))))
(assignment_expression
  left: (member_expression object: [(identifier) (member_expression)])
  right: [(arrow_function) (function_expression) (class)]) @definition.assigned
((assignment_expression
  left: [(member_expression) (identifier)] @_left
  right: (object
    (pair key: (property_identifier) value: [(arrow_function) (function_expression)]) @definition.function))
  (#match? @_left "^((module\\.)?exports|[A-Za-z_$]+\\.prototype)$"))

(decorator [(identifier) (member_expression)] @reference.decorator)
(decorator (call_expression function: [(identifier) (member_expression)] @reference.decorator))
(call_expression function: (identifier) @reference.call)
(call_expression function: (member_expression) @reference.call arguments: (template_string))
(new_expression constructor: [(identifier) (member_expression)] @reference.call)
(member_expression) @access
(arguments (identifier) @maybe.name)
(assignment_expression right: (identifier) @maybe.name)
(variable_declarator value: (identifier) @maybe.name)
(return_statement (identifier) @maybe.name)
(array (identifier) @maybe.name)
(pair value: (identifier) @maybe.name)
(shorthand_property_identifier) @maybe.name
(spread_element (identifier) @maybe.name)
(binary_expression (identifier) @maybe.name)
(ternary_expression (identifier) @maybe.name)
(arrow_function body: (identifier) @maybe.name)
(subscript_expression (identifier) @maybe.name)
(template_substitution (identifier) @maybe.name)
(export_specifier name: (identifier) @maybe.name)
(export_statement value: (identifier) @maybe.name)

(import_statement) @import
(export_statement source: (string)) @import
(variable_declarator value: (call_expression function: (identifier) arguments: (arguments (string)))) @require
(variable_declarator
  value: (member_expression
    object: (call_expression function: (identifier) arguments: (arguments (string))))) @require
(assignment_expression right: (call_expression function: (identifier) arguments: (arguments (string)))) @require
(ERROR) @error
