; What JavaScript and TypeScript share
(function_declaration) @definition.function
(generator_function_declaration) @definition.function
(method_definition) @definition.method
(variable_declarator value: [(arrow_function) (function_expression) (generator_function)]) @definition.function
(variable_declarator value: (class)) @definition.class
(program (lexical_declaration (variable_declarator) @definition.variable))
(program (variable_declaration (variable_declarator) @definition.variable))
(program (export_statement (_ (variable_declarator) @definition.variable)))
(program (export_statement (_ (variable_declarator name: [
  (object_pattern [
    (shorthand_property_identifier_pattern) @definition.variable @name
    (pair_pattern value: (identifier) @definition.variable @name)
    (object_assignment_pattern left: (shorthand_property_identifier_pattern) @definition.variable @name)])
  (array_pattern [
    (identifier) @definition.variable @name
    (rest_pattern (identifier) @definition.variable @name)])]))))
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
(call_expression function: (super) @reference.call)
(new_expression constructor: [(identifier) (member_expression)] @reference.call)
(call_expression function: (call_expression) @reference.returned)
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

; What names hold
(variable_declarator name: (identifier) @typing.name value: (new_expression constructor: [(identifier) (member_expression)] @typing.call)) @typing
(variable_declarator name: (identifier) @typing.name value: (call_expression function: [(identifier) (member_expression)] @typing.call)) @typing
(variable_declarator name: (identifier) @typing.name value: (await_expression (call_expression function: [(identifier) (member_expression)] @typing.call))) @typing
(variable_declarator name: (identifier) @typing.name value: [(identifier) (member_expression)] @typing.same) @typing
(assignment_expression left: (identifier) @typing.name right: (new_expression constructor: [(identifier) (member_expression)] @typing.call)) @typing
(assignment_expression left: (identifier) @typing.name right: (call_expression function: [(identifier) (member_expression)] @typing.call)) @typing
(assignment_expression left: (identifier) @typing.name right: (await_expression (call_expression function: [(identifier) (member_expression)] @typing.call))) @typing
(assignment_expression left: (identifier) @typing.name right: [(identifier) (member_expression)] @typing.same) @typing
(assignment_expression left: (member_expression object: (this)) @typing.name right: (new_expression constructor: [(identifier) (member_expression)] @typing.call)) @typing
(assignment_expression left: (member_expression object: (this)) @typing.name right: (call_expression function: [(identifier) (member_expression)] @typing.call)) @typing
(assignment_expression left: (member_expression object: (this)) @typing.name right: (await_expression (call_expression function: [(identifier) (member_expression)] @typing.call))) @typing
(assignment_expression left: (member_expression object: (this)) @typing.name right: [(identifier) (member_expression)] @typing.same) @typing
(variable_declarator name: (identifier) @hides)
(object_pattern (shorthand_property_identifier_pattern) @hides)
(object_pattern (pair_pattern value: (identifier) @hides))
(array_pattern (identifier) @hides)
(assignment_pattern left: (identifier) @hides)
(rest_pattern (identifier) @hides)
(catch_clause parameter: (identifier) @hides @rebinds)
(for_in_statement left: (identifier) @hides @rebinds)
(arrow_function parameter: (identifier) @hides)
(assignment_expression left: (identifier) @reassigns
  right: [(array) (object) (string) (template_string) (number) (regex) (subscript_expression)])
(variable_declarator name: (identifier) @reassigns
  value: [(array) (object) (string) (template_string) (number) (regex) (subscript_expression)])
(return_statement (new_expression constructor: [(identifier) (member_expression)] @returns.call))
(return_statement (call_expression function: [(identifier) (member_expression)] @returns.call))
(return_statement [(identifier) (member_expression) (this)] @returns.same)
(arrow_function body: (new_expression constructor: [(identifier) (member_expression)] @returns.call))
(arrow_function body: (call_expression function: [(identifier) (member_expression)] @returns.call))
(return_statement (arrow_function) @nameless)
(arrow_function body: [(arrow_function) (function_expression)] @nameless)
(pair value: [(arrow_function) (function_expression)] @nameless)
(array [(arrow_function) (function_expression)] @nameless)
(arguments (function_expression) @nameless @own.this)
(return_statement (function_expression) @nameless @own.this)
(method_definition body: (statement_block (function_declaration) @own.this))

(import_statement) @import
(export_statement source: (string)) @import
(export_statement "default") @import
(assignment_expression
  left: (member_expression object: (identifier) @_module property: (property_identifier) @_exports)
  right: (identifier)
  (#eq? @_module "module")
  (#eq? @_exports "exports")) @import
(variable_declarator value: (call_expression function: (identifier) arguments: (arguments (string)))) @require
(variable_declarator
  value: (member_expression
    object: (call_expression function: (identifier) arguments: (arguments (string))))) @require
(assignment_expression right: (call_expression function: (identifier) arguments: (arguments (string)))) @require
(ERROR) @error
