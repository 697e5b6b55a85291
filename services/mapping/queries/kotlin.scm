; Definitions
(class_declaration "class" name: (identifier) @name) @definition.otherwise_class
(class_declaration "interface" name: (identifier) @name) @definition.interface
(class_declaration name: (identifier) @name (enum_class_body)) @definition.enum
(object_declaration name: (identifier) @name) @definition.class
(companion_object "object" . (identifier) @name) @definition.class
(enum_entry . (identifier) @definition.member @name)
(function_declaration name: (identifier) @name) @definition.function
(secondary_constructor "constructor" @name) @definition.constructor
(class_parameter ["val" "var"] . (identifier) @name) @definition.property
(property_declaration (variable_declaration . (identifier) @name))
(source_file (property_declaration) @definition.variable)
(source_file (property_declaration (modifiers (property_modifier))) @definition.constant)
(source_file (property_declaration (getter)) @definition.property)
(class_body (property_declaration) @definition.otherwise_property)
(enum_class_body (property_declaration) @definition.otherwise_property)
(class_body (property_declaration (modifiers (property_modifier))) @definition.constant)
(type_alias type: (identifier) @name) @definition.type
(function_declaration (function_body) @body)
(class_body) @body
(enum_class_body) @body
(getter) @body
(setter) @body
(secondary_constructor (block) @body)
(constructor_delegation_call) @body

; Bases, annotations, types
(delegation_specifier (user_type) @reference.base)
(delegation_specifier (constructor_invocation (user_type) @reference.base))
(explicit_delegation (user_type) @reference.base)
(annotation (user_type) @reference.decorator)
(annotation (constructor_invocation (user_type) @reference.decorator))
(user_type) @reference.type

; Uses
(constructor_delegation_call ["this" "super"] @reference.call)
(call_expression . (identifier) @reference.call)
(call_expression . (navigation_expression) @reference.call)
(navigation_expression) @access
(navigation_expression . (identifier) @maybe.name)
(callable_reference (identifier) @maybe.name .)
(value_argument (identifier) @maybe.name)
(property_declaration (identifier) @maybe.name)
(function_body (identifier) @maybe.name)
(return_expression (identifier) @maybe.name)
(binary_expression (identifier) @maybe.name)
(assignment right: (identifier) @maybe.name)
(index_expression (identifier) @maybe.name)
(interpolation (identifier) @maybe.name)
(when_entry condition: (identifier) @maybe.name)
(function_value_parameters (identifier) @maybe.name)

(import) @import
(ERROR) @error
